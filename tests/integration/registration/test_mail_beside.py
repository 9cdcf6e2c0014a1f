"""Mail beside another channel: who gave an address gets both, and the address is in the vault alone."""

import email
from collections.abc import AsyncIterator, Iterator
from email.policy import default
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from pymongo import MongoClient

from tests.integration.registration.mail import overview, told
from tests.integration.registration.people import announced
from tests.support.district import free_port
from tests.support.service import Runner, Running
from tests.support.waiting import eventually

ADDRESS = "somebody@people.example"


class Inbox:
    """What the server took."""

    def __init__(self) -> None:
        self.taken: list[Any] = []

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        self.taken.append(email.message_from_bytes(envelope.content, policy=default))
        return "250 OK"


@pytest.fixture(scope="module")
def inbox() -> Inbox:
    return Inbox()


@pytest.fixture(scope="module")
def server(inbox: Inbox) -> Iterator[Controller]:
    controller = Controller(inbox, hostname="127.0.0.1", port=free_port())
    controller.start()
    yield controller
    controller.stop()


@pytest.fixture(scope="module")
async def service(running: Runner, server: Controller) -> AsyncIterator[Running]:
    async with running(
        "registration",
        OPENDAY_NOTICES__CHANNELS="file,mail",
        OPENDAY_NOTICES__MAIL__HOST="127.0.0.1",
        OPENDAY_NOTICES__MAIL__PORT=str(server.port),
        OPENDAY_NOTICES__MAIL__SECURITY="none",
        OPENDAY_NOTICES__MAIL__SENDER="openday@district.example",
    ) as made:
        yield made


async def test_who_gave_an_address_gets_mail_too_and_who_gave_none_the_other_alone(
    service: Running, inbox: Inbox
) -> None:
    town, before = await announced(service), len(inbox.taken)
    with_mail = (await town.register(email=ADDRESS)).json()["registration_id"]
    without = (await town.register()).json()["registration_id"]
    for each in (with_mail, without):
        await told(service, each, "confirmed")
    await eventually(lambda: len(inbox.taken) == before + 1)
    mail = inbox.taken[-1]
    assert (mail["To"], "您已报名成功" in mail.get_content()) == (ADDRESS, True)
    view = await overview(town)
    assert (view["counts"]["confirmed"], view["unreached"]) == ({"sent": 2}, [])


async def test_the_address_stands_in_no_log_and_in_no_document_as_it_was_given(service: Running, inbox: Inbox) -> None:
    address = "another@people.example"
    mine = (await (await announced(service)).register(email=address)).json()["registration_id"]
    await told(service, mine, "confirmed")
    await eventually(lambda: address in [each["To"] for each in inbox.taken])
    client: MongoClient[dict[str, Any]] = MongoClient(service.district.mongo_url)
    database = client[service.district.database("registration")]
    text = "\n".join(str(each) for name in database.list_collection_names() for each in database[name].find())
    client.close()
    assert mine in text
    assert address not in text
    assert address not in service.log.read_text(encoding="utf-8")


async def test_what_is_no_address_is_refused_without_an_echo(service: Running) -> None:
    town = await announced(service)
    for wrong in (
        "somebody",
        "a@b",
        "a b@people.example",
        f"{'x' * 65}@people.example",
        "a@people.example\nBcc: b@c.d",
    ):
        answer = await town.register(email=wrong)
        assert answer.status_code == 422
        assert wrong not in answer.text
