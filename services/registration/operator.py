"""`python -m services.registration.operator keys …`: the vault's keys, changed while registration runs."""

import argparse
import asyncio
import fcntl
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from services.registration.adapters.rotation import Rotation
from shared.errors import Unavailable
from shared.logging import configure, get_logger
from shared.security import key_file
from shared.security.key_file import Stored
from shared.security.vault import Keys
from shared.settings import PREFIX, MongoSettings
from shared.storage.mongo import Database, connect
from shared.time import SystemClock

SETTLED = timedelta(minutes=2)
"""So long after a change every process has the file: a second on one machine, about a minute as a mounted secret."""

EPILOG = """\
a new key, from the first step to the last:
  python -m services.registration.operator keys add
  python -m services.registration.operator keys use 5f0c11d2       two minutes later
  python -m services.registration.operator keys reseal
  python -m services.registration.operator keys list
  python -m services.registration.operator keys remove 8a41e07b    when nothing needs it

The variables OPENDAY_VAULT_KEYS_FILE, OPENDAY_MONGO__URL and OPENDAY_MONGO__DATABASE say where keys and vault are.
0: done; 1: refused, and why; 2: no such command. The whole of it: docs/howto/rotate-the-keys.md.
"""


class Refused(Exception):
    """This cannot be done; the text says why and what to do instead."""


class Settings(BaseSettings):
    """Where keys and vault are; the service's other variables are not looked at."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_nested_delimiter="__", frozen=True, extra="ignore")

    vault_keys_file: Path
    mongo: MongoSettings = MongoSettings()


def main(arguments: list[str] | None = None) -> int:
    """0 when done, 1 when refused, and why, 2 for a wrong command line."""
    asked = parser().parse_args(arguments)
    configure("operator", StringIO() if asked.act == "list" else sys.stderr)
    try:
        settings = Settings()
    except ValidationError as missing:
        sys.stderr.write(f"{missing}\n")
        return 1
    return asyncio.run(run(asked, settings, _say))


async def run(asked: argparse.Namespace, settings: Settings, say: Callable[[str], object]) -> int:
    """The exit code; what is done, or why it is refused, is said line by line."""
    try:
        return await _act(asked, settings, say)
    except (Refused, Unavailable, ValueError, OSError) as refusal:
        say(str(refusal))
        return 1


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


async def _act(asked: argparse.Namespace, settings: Settings, say: Callable[[str], object]) -> int:
    desk = KeyDesk(settings, at_once=getattr(asked, "at_once", False))
    acts: dict[str, Callable[..., AsyncIterator[str]]] = {
        "list": desk.list,
        "add": desk.add,
        "use": desk.use,
        "reseal": desk.reseal,
        "remove": desk.remove,
    }
    async for line in acts[asked.act](*([asked.kid] if "kid" in asked else [])):
        say(line)
    return 1 if desk.unfinished else 0


class KeyDesk:
    """The acts, each a walk that says what it does."""

    def __init__(self, settings: Settings, *, at_once: bool) -> None:
        self._file = settings.vault_keys_file
        self._settings = settings
        self._at_once = at_once
        self._now = SystemClock().now()
        self.unfinished = False

    async def list(self) -> AsyncIterator[str]:
        """Every key, and how many values need it."""
        stored = key_file.stored(self._file)
        async with self._database() as database:
            needed = await self._rotation(database).needed()
        yield "KEY       MADE                       VALUES  STATE"
        for kid in sorted({*stored["encryption"], *needed}):
            state = "current" if kid == stored["current"] else "opens only"
            state = state if kid in stored["encryption"] else "MISSING: these values cannot be opened"
            made = (stored["made"].get(kid) or "at set-up")[:25]
            yield f"{kid:8}  {made:25}  {needed[kid]:6}  {state}"

    async def add(self) -> AsyncIterator[str]:
        """A fresh key, which every process learns before it is used."""
        kid = key_file.fresh_kid()
        with self._alone():
            key_file.write(self._file, key_file.with_key(key_file.stored(self._file), kid, self._now))
        get_logger().warning("vault_key_added", key=kid)
        yield f"{kid} is added; when every process has the file (two minutes): keys use {kid}"

    async def use(self, kid: str) -> AsyncIterator[str]:
        """Seal with it from now on."""
        with self._alone():
            stored = self._with(kid)
            if kid == stored["current"]:
                yield f"{kid} is the current key already"
                return
            self._must_have_settled(stored["made"].get(kid), f"{kid} was added")
            key_file.write(self._file, key_file.with_current(stored, kid, self._now))
        get_logger().warning("vault_key_used", key=kid)
        yield f"{kid} seals from now on; then: keys reseal"

    async def reseal(self) -> AsyncIterator[str]:
        """Everything under the current key. May be killed and begun again."""
        async with self._database() as database:
            async for each in self._rotation(database).reseal():
                self.unfinished = bool(each.damaged)
                yield f"{each.seen} contacts seen, {each.resealed} sealed anew, {each.lost} written by others meanwhile"
                for registration_id in each.damaged:
                    yield f"cannot be opened, left as it is: the contact of registration {registration_id}"
        get_logger().warning("vault_resealed", key=key_file.stored(self._file)["current"])

    async def remove(self, kid: str) -> AsyncIterator[str]:
        """For good, once neither a value nor a ticket needs it."""
        with self._alone():
            stored = self._with(kid)
            if kid == stored["current"]:
                raise Refused(f"{kid} is the current key; another has to take its place first: keys add, keys use")
            if kid in stored["used"] or kid not in stored["made"]:  # else it never sealed anything
                since = stored["used"].get(stored["current"])
                self._must_have_settled(since, f"{stored['current']} took its place")
                await self._must_be_needed_no_more(kid, datetime.fromisoformat(since) if since else self._now)
            key_file.write(self._file, key_file.without_key(stored, kid))
        get_logger().warning("vault_key_removed", key=kid)
        yield f"{kid} is removed; take it out of the copies of this file, too"

    async def _must_be_needed_no_more(self, kid: str, since: datetime) -> None:
        async with self._database() as database:
            if values := (await self._rotation(database).needed())[kid]:
                raise Refused(f"{values} values are sealed with {kid}: keys reseal")
            activities = database.collection("activity")
            ahead = await activities.find({"state.state": "announced"}, fields=("state.announced_at",))
        older = [each["_id"] for each in ahead if datetime.fromisoformat(each["state"]["announced_at"]) < since]
        if older:
            raise Refused(
                f"tickets of {len(older)} announced activities may be signed with {kid} (the first: {older[0]}); "
                "remove it when they are held"
            )

    def _with(self, kid: str) -> Stored:
        stored = key_file.stored(self._file)
        if kid not in stored["encryption"]:
            raise Refused(f"there is no key {kid}; keys list shows what there is")
        return stored

    def _must_have_settled(self, since: str | None, what: str) -> None:
        if self._at_once or since is None:
            return
        left = datetime.fromisoformat(since) + SETTLED - self._now
        if left > timedelta(0):
            raise Refused(
                f"{what} less than two minutes ago: a process that has not seen the file yet could not read what is "
                f"written now; wait {int(left.total_seconds()) + 1} s, or --at-once where no service runs"
            )

    def _rotation(self, database: Database) -> Rotation:
        return Rotation(database.collection("vault"), Keys.read(self._file))

    @asynccontextmanager
    async def _database(self) -> AsyncIterator[Database]:
        async with connect(self._settings.mongo, "openday_registration") as database:
            yield database

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """One operator at a time: of two keys that are added at once none may be lost."""
        with self._file.with_name(f"{self._file.name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def parser() -> argparse.ArgumentParser:
    """The command line."""
    made = argparse.ArgumentParser(
        prog="python -m services.registration.operator",
        description="The keys under which contacts are kept.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    kinds = made.add_subparsers(dest="kind", required=True, metavar="keys")
    acts: Any = kinds.add_parser("keys", help="of the contact vault").add_subparsers(dest="act", required=True)
    acts.add_parser("list", help="every key, and how many values need it")
    acts.add_parser("add", help="a fresh key, which is not used yet")
    acts.add_parser("reseal", help="everything under the current key; may be killed and begun again")
    for act, what in (("use", "seal with it from now on"), ("remove", "for good, when nothing needs it")):
        one = acts.add_parser(act, help=what)
        one.add_argument("kid", metavar="KEY")
        one.add_argument("--at-once", action="store_true", help="no service runs, so nothing has to be waited for")
    return made


if __name__ == "__main__":
    sys.exit(main())
