"""The ends of the facts' own chains, put into the audit log: so a fact and its document cannot both be forged later.

Whatever was committed is noted some seconds afterwards, with the digest over all facts of the aggregate; everything is
noted once more at the start of a process, because a killed one may have left something out.
"""

import asyncio
from collections.abc import Mapping
from typing import Any

from shared.aggregate import Aggregate
from shared.errors import Unavailable
from shared.logging import get_logger
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


class Heads:
    """A listener of commits (`shared.storage.aggregates`); it costs a command one entry in a set."""

    def __init__(self, stores: Mapping[str, Documents], log: AuditLog, clock: Clock, *, pause: float = PAUSE) -> None:
        self._stores = stores
        self._log = log
        self._clock = clock
        self._pause = pause
        self._changed: set[tuple[str, str]] = set()
        self._timer: asyncio.TimerHandle | None = None
        self._writing: asyncio.Task[None] | None = None

    def committed(self, store: Aggregates[Any], aggregate: Aggregate, *, pending: int) -> None:
        self._changed.add((store.name, aggregate.id))
        self._soon()

    async def note_all(self) -> None:
        """Every aggregate that there is. Raises Unavailable."""
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
        with_facts = [each for each in found if each["seq"]]
        for start in range(0, len(with_facts), PORTION):
            heads = {each["_id"]: [each["seq"], each["chain"]] for each in with_facts[start : start + PORTION]}
            await self._log.note({"at": at, "what": "heads", "store": store, "heads": heads})

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
