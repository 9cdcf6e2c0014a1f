"""`python -m shared.operator <service> {dead-letters,parked} {list,show,replay,skip,resume} …`."""

import argparse
import asyncio
import re
import sys
from io import StringIO
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from shared.errors import Unavailable
from shared.events.catalogue import OWNERS
from shared.logging import configure
from shared.messaging.kafka import BROKER_AWAY
from shared.messaging.ports import Received
from shared.operator import words
from shared.operator.desk import Desk, Refused
from shared.settings import PREFIX, KafkaSettings, MongoSettings
from shared.storage.inbox import StoredInbox
from shared.storage.mongo import connect
from shared.time import SystemClock

EPILOG = """\
examples:
  python -m shared.operator scoring dead-letters list
  python -m shared.operator scoring dead-letters show 0-17
  python -m shared.operator scoring dead-letters replay 0-17 --value mended.json
  python -m shared.operator scoring dead-letters skip 0-17 --because TICKET-204
  python -m shared.operator scoring parked list

The variables OPENDAY_MONGO__URL, OPENDAY_MONGO__DATABASE, OPENDAY_KAFKA__BOOTSTRAP and OPENDAY_KAFKA__TOPIC_PREFIX say
where the service's database and broker are. 0: done; 1: refused or unreachable, and why; 2: no such command.
What each trouble looks like and what to do: docs/runbooks.
"""
WRITING = ("replay", "skip", "resume")
ACTS: Any = {"dest": "act", "required": True}


class Settings(BaseSettings):
    """Where the service's database and broker are; its other variables are not looked at."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_nested_delimiter="__", frozen=True, extra="ignore")

    mongo: MongoSettings = MongoSettings()
    kafka: KafkaSettings = KafkaSettings()


def main(arguments: list[str] | None = None) -> int:
    """0 when done, 1 when refused (the reason is on standard error), 2 for a wrong command line."""
    asked = parser().parse_args(arguments)
    configure("operator", sys.stderr if asked.act in WRITING else StringIO())  # who only looks is told in sentences
    try:
        sys.stdout.write(asyncio.run(act(asked, Settings())) + "\n")
    except (Refused, Unavailable, ValidationError, OSError) as refusal:
        sys.stderr.write(f"{refusal}\n")
        return 1
    except BROKER_AWAY as away:
        sys.stderr.write(f"the broker does not answer ({type(away).__name__}); see OPENDAY_KAFKA__BOOTSTRAP\n")
        return 1
    return 0


async def act(asked: argparse.Namespace, settings: Settings) -> str:
    """Do it; what is to be said. Raises Refused, Unavailable, or what an absent broker raises."""
    async with connect(settings.mongo, f"openday_{asked.service}") as database:
        inbox = StoredInbox(database.collection("inbox"), database.collection("parked"))
        desk = Desk(asked.service, settings.kafka, inbox)
        acts = {"list": _list, "show": _show, "replay": _replay, "skip": _skip, "resume": _resume}
        return await acts[asked.act](desk, asked)


async def _list(desk: Desk, asked: argparse.Namespace) -> str:
    if asked.kind == "dead-letters":
        now = SystemClock().now()
        letters = [words.dead_letter_row(each, await desk.wanted(each), now) for each in await desk.dead_letters()]
        said = words.table(words.DEAD_LETTER_COLUMNS, letters) if letters else "no dead letters"
        return f"{said}\n{words.HALTED}" if await desk.halted() else said
    rows = [
        words.parked_row(aggregate, sequence, await desk.next_wanted(aggregate), record)
        for aggregate, sequence, record in await desk.parked()
    ]
    return words.table(words.PARKED_COLUMNS, rows) if rows else "nothing is parked"


async def _show(desk: Desk, asked: argparse.Namespace) -> str:
    if asked.kind == "dead-letters":
        letter = await desk.dead_letter(asked.id)
        return f"reason\n  {letter.reason}: {letter.detail}\norigin\n  {letter.origin}\n{words.whole(letter.record)}"
    return words.whole(await desk.parked_event(*_place(asked.id)))


async def _replay(desk: Desk, asked: argparse.Namespace) -> str:
    value = asked.value.read_bytes() if asked.value else None
    envelope = await desk.put_back(await _record(desk, asked), value=value, headers=dict(asked.header))
    return f"{envelope.id} is put back; the consumer takes it up in its turn within some seconds"


async def _skip(desk: Desk, asked: argparse.Namespace) -> str:
    if asked.kind == "dead-letters":
        envelope = (await desk.dead_letter(asked.id)).envelope
        if envelope is None:
            raise Refused("its headers name no aggregate, so nothing waits for it and nothing needs skipping")
        aggregate, sequence = envelope.aggregate, envelope.sequence
    else:
        aggregate, sequence = _place(asked.id)
    await desk.skip(aggregate, sequence, because=asked.because)
    return f"{aggregate}-{sequence} is skipped; what waited behind it is taken up within some seconds"


async def _resume(desk: Desk, asked: argparse.Namespace) -> str:
    await desk.resume(because=asked.because)
    return f"the consumer of {asked.service} reads on within some seconds; if it halts again, nothing is mended yet"


async def _record(desk: Desk, asked: argparse.Namespace) -> Received:
    if asked.kind == "dead-letters":
        return (await desk.dead_letter(asked.id)).record
    return await desk.parked_event(*_place(asked.id))


def _place(id_: str) -> tuple[str, int]:
    aggregate, _, sequence = id_.rpartition(":")
    if not aggregate or not sequence.isdecimal():
        raise Refused("a parked event is named <aggregate>:<sequence>")
    return aggregate, int(sequence)


def parser() -> argparse.ArgumentParser:
    """The command line."""
    made = argparse.ArgumentParser(
        prog="python -m shared.operator",
        description="Events that a service's consumer set aside, and those that wait behind them.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    made.add_argument("service", choices=list(OWNERS), help="whose consumer")
    kinds = made.add_subparsers(dest="kind", required=True, metavar="{dead-letters,parked}")
    _dead_letters(kinds.add_parser("dead-letters", help="set aside as unreadable").add_subparsers(**ACTS))
    _common(
        kinds.add_parser("parked", help="waiting for an earlier event").add_subparsers(**ACTS), "AGGREGATE:SEQUENCE"
    )
    return made


def _dead_letters(acts: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    _common(acts, "ID")
    _because(acts.add_parser("resume", help="let a consumer that halted try again"))


def _common(acts: "argparse._SubParsersAction[argparse.ArgumentParser]", named: str) -> None:
    acts.add_parser("list", help="one line each")
    acts.add_parser("show", help="headers and bytes of one").add_argument("id", metavar=named)
    replay = acts.add_parser("replay", help="let the consumer try one again, in its turn")
    replay.add_argument("id", metavar=named)
    replay.add_argument("--value", type=Path, metavar="FILE", help="the mended body")
    replay.add_argument("--header", type=_header, action="append", default=[], metavar="NAME=VALUE")
    skip = acts.add_parser("skip", help="go on without one, for ever")
    skip.add_argument("id", metavar=named)
    _because(skip)


def _because(act: argparse.ArgumentParser) -> None:
    act.add_argument(
        "--because", type=_ticket, required=True, metavar="TICKET", help="a ticket or decision number, for the log"
    )


def _header(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise argparse.ArgumentTypeError("NAME=VALUE")
    return name, value


def _ticket(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9._#/-]{3,60}", text):
        raise argparse.ArgumentTypeError("3 to 60 letters, digits and . _ # / -, no sentence")
    return text


if __name__ == "__main__":
    sys.exit(main())
