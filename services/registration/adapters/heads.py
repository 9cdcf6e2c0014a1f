"""The ends of the facts' own chains, put into the audit log: so a fact and its document cannot both be forged later.

Whatever was committed is noted some seconds afterwards, with the digest over all facts of the aggregate; at the start
of a process whatever the log's latest entries do not say is noted, because a killed one may have left something out.
Entries are never deleted, so no end is noted twice for nothing.
"""

import asyncio
import json
from collections.abc import Mapping
from typing import Any

from shared.aggregate import Aggregate
from shared.errors import Unavailable
from shared.logging import get_logger
from shared.security.attempts import Recent
from shared.storage.aggregates import Aggregates
from shared.storage.audit_log import AuditLog
from shared.storage.ports import Documents
from shared.time import Clock

CHAINED = (
    "unit",
    "programme",
    "plan",
    "activity",
    "roster",
    "sheet",
    "retention",
)  # whose facts are published
PAUSE = 5.0  # seconds in which commits gather
PORTION = 500  # heads in one line: some 50 KB
LOOKED_BACK, PAGE = 500, 50  # entries that are read at a start, and at once


class Heads:
    """A listener of commits (`shared.storage.aggregates`); it costs a command one entry in a set."""

    def __init__(self, stores: Mapping[str, Documents], log: AuditLog, clock: Clock, *, pause: float = PAUSE) -> None:
        self._stores = stores
        self._log = log
        self._clock = clock
        self._pause = pause
        self._noted: Recent[tuple[str, str], list[Any]] = Recent()
        self._changed: set[tuple[str, str]] = set()
        self._timer: asyncio.TimerHandle | None = None
        self._writing: asyncio.Task[None] | None = None

    def committed(self, store: Aggregates[Any], aggregate: Aggregate, *, pending: int) -> None:
        self._changed.add((store.name, aggregate.id))
        self._soon()

    async def note_all(self) -> None:
        """Every aggregate whose end the log did not say lately. Raises Unavailable."""
        await self._recall()
        for store, documents in self._stores.items():
            await self._note(store, await documents.find({}, fields=("seq", "chain")))

    async def note_changed(self) -> None:
        """What was committed since. Raises Unavailable; then it is tried again with what comes next."""
        taken, self._changed = self._changed, set()
        try:
            for store, documents in self._stores.items():
                ids = [id_ for name, id_ in taken if name == store]
                if ids:
                    await self._note(store, await documents.find({"_id": {"$in": ids}}, fields=("seq", "chain")))
        except Unavailable:
            self._changed |= taken
            raise

    async def _note(self, store: str, found: list[dict[str, Any]]) -> None:
        at = self._clock.now().isoformat()
        ends = {each["_id"]: [each["seq"], each["chain"]] for each in found if each["seq"]}
        new = [id_ for id_, end in ends.items() if self._noted.get((store, id_), []) != end]
        for start in range(0, len(new), PORTION):
            heads = {id_: ends[id_] for id_ in new[start : start + PORTION]}
            await self._log.note({"at": at, "what": "heads", "store": store, "heads": heads})
            self._remember(store, heads)

    async def _recall(self) -> None:
        end = (await self._log.end()).n
        for after in range(max(0, end - LOOKED_BACK), end, PAGE):
            for entry in await self._log.entries(after, PAGE):
                for line in json.loads(entry.said):
                    if line["what"] == "heads":
                        self._remember(line["store"], line["heads"])

    def _remember(self, store: str, heads: Mapping[str, list[Any]]) -> None:
        for id_, end in heads.items():
            self._noted.put((store, id_), end)

    def _soon(self) -> None:
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(self._pause, self._begin)

    def _begin(self) -> None:
        self._timer = None
        if self._writing is None or self._writing.done():
            self._writing = asyncio.get_running_loop().create_task(self._write())
        else:
            self._soon()

    async def _write(self) -> None:
        try:
            await self.note_changed()
        except Unavailable as away:
            get_logger().warning("audit_postponed", cause=away.code)
            self._soon()
