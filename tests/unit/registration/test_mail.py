"""Mail against a real SMTP server: over TLS, with an account, and what its answers mean."""

import email
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.policy import default
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from pydantic import ValidationError

from services.registration.adapters.notices.mail import Mail
from services.registration.application.notice_ports import Message, Words
from services.registration.application.ports import Contact
from services.registration.domain.delivery import Outcome, Postponed, Refused, Sent
from services.registration.settings import MailSettings, NoticeSettings
from tests.support.district import free_port

SOMEBODY = Contact("代表", "13900000000", email="somebody@people.example")
MESSAGE = Message("a:confirmed:1:mail:1", "confirmed", SOMEBODY, Words("报名成功：走进\n大厅", "您已报名成功。"))


class Inbox:
    """What the server took, and how it answers."""

    def __init__(self) -> None:
        self.taken: list[Any] = []
        self.recipient = self.data = "250 OK"

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        if self.recipient.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.recipient

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        if self.data.startswith("250"):
            self.taken.append(email.message_from_bytes(envelope.content, policy=default))
        return self.data


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


@pytest.fixture
def plain(inbox: Inbox) -> Iterator[MailSettings]:
    """A server without TLS."""
    controller = Controller(inbox, hostname="127.0.0.1", port=free_port())
    controller.start()
    yield _settings(controller.port, security="none")
    controller.stop()


def _settings(port: int, **more: Any) -> MailSettings:
    given = {"host": "127.0.0.1", "port": port, "sender": "openday@district.example", "timeout_seconds": 2} | more
    return MailSettings.model_validate(given)


async def test_a_message_arrives_in_both_alphabets_and_says_that_it_is_automatic(
    plain: MailSettings, inbox: Inbox
) -> None:
    mail = Mail(plain)
    assert [await mail.send(MESSAGE) for _ in "ab"] == [Sent(), Sent()]
    first, again = inbox.taken
    assert (first["To"], first["From"]) == ("somebody@people.example", "openday@district.example")
    assert (first["Subject"], first["Auto-Submitted"]) == ("报名成功：走进 大厅", "auto-generated")
    assert first.get_content().strip() == "您已报名成功。"
    assert first["Message-ID"] == again["Message-ID"]
    assert "somebody" not in first["Message-ID"]


@pytest.mark.parametrize(
    ("recipient", "data", "outcome"),
    [
        ("550 no such user", "250 OK", Refused("smtp_550_recipient")),
        ("451 try again later", "250 OK", Postponed("smtp_451_recipient")),
        ("250 OK", "554 looks like spam", Refused("smtp_554_message")),
        ("250 OK", "452 full", Postponed("smtp_452_message")),
        ("421 closing", "250 OK", Postponed("smtp_421_recipient")),
    ],
)
async def test_a_refusal_of_the_address_or_the_message_is_final_where_the_server_says_so(
    plain: MailSettings, inbox: Inbox, recipient: str, data: str, outcome: Outcome
) -> None:
    inbox.recipient, inbox.data = recipient, data
    assert await Mail(plain).send(MESSAGE) == outcome
    assert inbox.taken == []


async def test_a_server_that_is_away_is_tried_again() -> None:
    assert await Mail(_settings(free_port(), security="none")).send(MESSAGE) == Postponed("smtp_away")


@pytest.fixture
def secured(inbox: Inbox, tmp_path: Path) -> Iterator[MailSettings]:
    """A server that takes nobody without STARTTLS and a password."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*_certificate(tmp_path))
    (tmp_path / "password").write_text("right\n")

    def known(_server: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any) -> AuthResult:
        right = isinstance(data, LoginPassword) and data == LoginPassword(b"openday", b"right")
        return AuthResult(success=right, handled=False)

    controller = Controller(
        inbox,
        hostname="127.0.0.1",
        port=free_port(),
        tls_context=context,
        require_starttls=True,
        auth_required=True,
        authenticator=known,
    )
    controller.start()
    yield _settings(
        controller.port, ca_file=tmp_path / "cert.pem", username="openday", password_file=tmp_path / "password"
    )
    controller.stop()


async def test_an_account_and_tls_are_used(secured: MailSettings, inbox: Inbox) -> None:
    assert await Mail(secured).send(MESSAGE) == Sent()
    assert len(inbox.taken) == 1


async def test_a_wrong_password_or_an_unknown_certificate_sends_nothing_and_is_not_final(
    secured: MailSettings, inbox: Inbox, tmp_path: Path
) -> None:
    (tmp_path / "password").write_text("wrong")
    assert await Mail(secured).send(MESSAGE) == Postponed("smtp_535")
    unknown = secured.model_copy(update={"ca_file": None})
    assert await Mail(unknown).send(MESSAGE) == Postponed("smtp_away")
    assert inbox.taken == []


def test_files_that_cannot_be_read_are_named(tmp_path: Path) -> None:
    for name in ("password_file", "ca_file"):
        with pytest.raises(ValueError, match=name.upper()):
            Mail(_settings(25, **{name: tmp_path / "nowhere"}))


@pytest.mark.parametrize("channels", ["mail", "", "pigeon", "file,file"])
def test_mail_alone_nothing_unknown_and_nothing_twice(channels: str) -> None:
    with pytest.raises(ValidationError):
        NoticeSettings(channels=channels)


def test_who_gave_no_address_gets_no_mail() -> None:
    mail = Mail(_settings(25))
    assert mail.reaches(SOMEBODY)
    assert not mail.reaches(Contact("代表", "13900000000"))


def _certificate(folder: Path) -> tuple[Path, Path]:
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail")])
    begun = datetime(2020, 1, 1, tzinfo=UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begun)
        .not_valid_after(begun + timedelta(days=36500))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    (folder / "cert.pem").write_bytes(certificate.public_bytes(pem))
    (folder / "key.pem").write_bytes(
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return folder / "cert.pem", folder / "key.pem"
