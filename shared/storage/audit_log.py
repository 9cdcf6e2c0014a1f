"""An append-only log in one chain of digests: whoever edits, drops, reorders or cuts off an entry is found out.

    {_id, n, said: the lines as JSON, digest: over the digest before, n and said}      (`docs/adr/0019`)

The number is the document's id, so of two replicas that append at once one meets a duplicate and goes behind the other;
an entry is there whole or not at all, whenever a process is killed. Lines that come while one entry is being written go
together into the next. No command waits here that does not want to be remembered.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from shared.errors import Unavailable
from shared.logging import get_logger
from shared.storage.gathering import Gathering
from shared.storage.ports import Documents, DuplicateId

Line = Mapping[str, Any]
RACES = 50  # lost in a row; a rival wins each of them, so the log goes on all the while


class Head(NamedTuple):
    """Where the chain ends."""

    n: int
    digest: str


class Entry(NamedTuple):
    """One entry as it stands there."""

    n: int
    said: str
    digest: str


def linked(before: str, n: int, said: str) -> str:
    """The whole rule."""
    return hashlib.sha256(f"{before}\n{n}\n{said}".encode()).hexdigest()


class AuditLog:
    """Of one service."""

    def __init__(self, documents: Documents) -> None:
        self._documents = documents
        self._head: Head | None = None
        self._lines: Gathering[Line, None] = Gathering(self._append)

    async def note(self, line: Line) -> None:
        """It stands there when this returns. Raises Unavailable."""
        await self._lines.add(line)

    async def prepare(self) -> None:
        """Declare the index by which the end is found."""
        await self._documents.index([("n", 1)])

    async def entries(self, after: int, at_most: int) -> list[Entry]:
        """In their order, from behind `after`."""
        found = await self._documents.find({"n": {"$gt": after}}, sort=[("n", 1)], limit=at_most)
        return [Entry(each["n"], each["said"], each["digest"]) for each in found]

    async def end(self) -> Head:
        """Of the chain, as the database has it; 0 and nothing where there is none."""
        found = await self._documents.find({}, sort=[("n", -1)], limit=1)
        return Head(found[0]["n"], found[0]["digest"]) if found else Head(0, "")

    async def _append(self, lines: Sequence[Line]) -> list[None]:
        said = json.dumps([dict(each) for each in lines], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        for race in range(RACES):
            before = self._head or await self.end()
            n = before.n + 1
            head = Head(n, linked(before.digest, n, said))
            try:
                await self._documents.insert({"_id": _id(n), "n": n, "said": said, "digest": head.digest})
            except DuplicateId:
                self._head = None if race else await self._there(n)  # one rival, or far behind: then look for the end
                continue
            except Unavailable:  # perhaps it was written all the same: look before the next one
                self._head = None
                raise
            self._head = head
            get_logger().info("audit_entry", n=n, digest=head.digest)
            return [None] * len(lines)
        raise Unavailable("busy", "同时办理的人较多，请稍后重试。", "Many are changing this at once; try again.")

    async def _there(self, n: int) -> Head | None:
        """What a rival has written in this place."""
        found = await self._documents.get(_id(n))
        return Head(n, found["digest"]) if found else None


def _id(n: int) -> str:
    return f"{n:012d}"
