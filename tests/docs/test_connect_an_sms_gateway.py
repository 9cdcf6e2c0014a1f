"""What gateways are told of messages, kinds, receipts and pauses is what registration sends, takes and does."""

import json
import re

import httpx
import pytest

from services.registration.adapters.notices import sms_gateway
from services.registration.adapters.notices.sms_gateway import NOT_FINAL, SmsGateway
from services.registration.api.schemas.notices import ReceiptsBody
from services.registration.application.handlers.notices import MESSAGE_ID
from services.registration.application.notice_ports import Message, Words
from services.registration.application.ports import Contact
from services.registration.domain.delivery import PAUSES
from services.registration.domain.notice import NoticeKind
from services.registration.settings import SmsSettings
from tests.docs.documents import ROOT, blocks, spans

HOWTO = (ROOT / "docs" / "howto" / "connect-an-sms-gateway.md").read_text(encoding="utf-8")
SENT, RECEIPTS = (json.loads(each) for each in blocks(HOWTO, "json"))


async def test_a_message_is_as_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[httpx.Request] = []

    def answered(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(202, json={"message_id": "m-1"})

    monkeypatch.setattr(sms_gateway, "secret", lambda *_: "token")
    channel = SmsGateway(SmsSettings(url="http://gateway.example/messages"))
    channel._client._transport = httpx.MockTransport(answered)
    message = Message(SENT["id"], SENT["kind"], Contact("代表", SENT["to"]), Words("", SENT["text"]))
    await channel.send(message)
    assert json.loads(seen[0].content) == SENT
    assert seen[0].headers["idempotency-key"] == SENT["id"]
    assert seen[0].headers["authorization"] == "Bearer token"


def test_receipts_are_taken_as_shown_and_their_ids_are_of_our_form() -> None:
    body = ReceiptsBody.model_validate(RECEIPTS)
    assert [each.error for each in body.found()] == [None, "number_unreachable"]
    assert all(MESSAGE_ID.fullmatch(each.id) for each in body.receipts)


def test_every_kind_is_named() -> None:
    assert set(NoticeKind) <= spans(HOWTO)


def test_pauses_and_what_is_not_final_are_as_told() -> None:
    told = re.search(r"after ([\d, ]+) and (\d+) minutes", HOWTO)
    assert told
    assert [*map(int, told[1].split(", ")), int(told[2])] == [each.total_seconds() / 60 for each in PAUSES]
    row = next(each for each in HOWTO.splitlines() if each.startswith("| 401"))
    assert {int(each) for each in re.findall(r"\b4\d\d\b", row.split("|")[1])} == NOT_FINAL
