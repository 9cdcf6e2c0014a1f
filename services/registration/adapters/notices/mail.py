"""The channel `mail`: SMTP by the standard library, in threads of its own so that a slow server holds up nothing else.

A message has the same Message-ID at every attempt: SMTP itself does not know a repeat, but some mail programs do.
"""

import asyncio
import hashlib
import smtplib
import ssl
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from email.message import EmailMessage
from pathlib import Path

from services.registration.application.notice_ports import Message
from services.registration.application.ports import Contact
from services.registration.domain.delivery import Outcome, Postponed, Refused, Sent
from services.registration.settings import MailSettings

THREADS = 4
_FOR_GOOD = range(500, 600)


class Mail:
    """`application.notice_ports.Channel`."""

    name = "mail"

    def __init__(self, settings: MailSettings) -> None:
        """Raises ValueError when a file that the settings name cannot be read."""
        self._settings = settings
        self._password = _read(settings.password_file)
        self._tls = _trust(settings.ca_file) if settings.security != "none" else None
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="mail")

    def reaches(self, contact: Contact) -> bool:
        return bool(contact.email)

    async def send(self, message: Message) -> Outcome:
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._send, message)

    def _send(self, message: Message) -> Outcome:
        """What is wrong with this address or this message is final; what is wrong with server or account is not."""
        try:
            with closing(self._connected()) as server:
                server.send_message(self._written(message))
        except smtplib.SMTPRecipientsRefused as refused:
            return _answered(next((code for code, _ in refused.recipients.values()), 0), "recipient")
        except smtplib.SMTPDataError as refused:
            return _answered(refused.smtp_code, "message")
        except smtplib.SMTPResponseException as refused:
            return Postponed(f"smtp_{refused.smtp_code}")
        except (OSError, smtplib.SMTPException) as away:
            return Postponed(f"smtp_{'timeout' if isinstance(away, TimeoutError) else 'away'}")
        return Sent()

    def _connected(self) -> smtplib.SMTP:
        settings, host, port = self._settings, self._settings.host or "", self._settings.port
        if settings.security == "tls":
            server: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=settings.timeout_seconds, context=self._tls)
        else:
            server = smtplib.SMTP(host, port, timeout=settings.timeout_seconds)
        try:
            if settings.security == "starttls":
                server.starttls(context=self._tls)
            if settings.username:
                server.login(settings.username, self._password)
        except BaseException:
            server.close()
            raise
        return server

    def _written(self, message: Message) -> EmailMessage:
        sender = self._settings.sender or ""
        written = EmailMessage()
        written["From"], written["To"] = sender, message.to.email
        written["Subject"] = " ".join(message.words.subject.split())
        digest = hashlib.sha256(message.id.encode()).hexdigest()[:32]
        written["Message-ID"] = f"<{digest}@{sender.rpartition('@')[2]}>"
        written["Auto-Submitted"] = "auto-generated"
        written.set_content(message.words.text)
        return written


def _answered(code: int, about: str) -> Outcome:
    error = f"smtp_{code}_{about}"
    return Refused(error) if code in _FOR_GOOD else Postponed(error)


def _read(file: Path | None) -> str:
    try:
        return file.read_text(encoding="utf-8").strip() if file else ""
    except OSError as error:
        raise ValueError(f"OPENDAY_NOTICES__MAIL__PASSWORD_FILE: {file}: {error.strerror}") from error


def _trust(file: Path | None) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=str(file) if file else None)
    except OSError as error:
        raise ValueError(f"OPENDAY_NOTICES__MAIL__CA_FILE: {file}: {error}") from error
