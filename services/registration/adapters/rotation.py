"""The vault under another key: values sealed anew, some documents at a time, while registration goes on.

Where it stands is written nowhere but in the documents: a sealed value names its key. So a run that was killed is begun
again and finds what is left, two at once do no harm, and a registration that comes in between wins.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass

from services.registration.adapters.vault import where
from shared.security.vault import FieldCipher, Ring, Tampered, sealed_with
from shared.storage.ports import Document, Documents

STEP = 100  # documents
PAUSE = 0.02  # seconds between two steps: the database has other work


@dataclass(frozen=True)
class Pass:
    """One walk over the whole vault. `lost`: somebody wrote in between, so it is looked at again.

    `damaged`: registrations of which something cannot be opened; they stay as they are.
    """

    seen: int = 0
    resealed: int = 0
    lost: int = 0
    damaged: tuple[str, ...] = ()


class Rotation:
    """Walks over the vault's collection."""

    def __init__(self, documents: Documents, ring: Ring) -> None:
        self._documents = documents
        self._cipher = FieldCipher(ring)

    async def needed(self) -> Counter[str]:
        """How many values are sealed with each key."""
        found: Counter[str] = Counter()
        async for step in self._steps():
            found.update(kid for each in step for value in each.values() if (kid := sealed_with(value)))
        return found

    async def reseal(self) -> AsyncIterator[Pass]:
        """Passes, until one finds nothing to do."""
        while True:
            done = await self._walk()
            yield done
            if not done.resealed and not done.lost:
                return

    async def _walk(self) -> Pass:
        seen = resealed = lost = 0
        damaged: list[str] = []
        async for step in self._steps():
            for each in step:
                seen += 1
                try:
                    new = self._under_current(each)
                except Tampered:
                    damaged.append(each["registration_id"])
                    continue
                if new is not None:
                    won = await self._documents.replace(new, rev=each["rev"])
                    resealed, lost = resealed + won, lost + (not won)
            await asyncio.sleep(PAUSE)
        return Pass(seen, resealed, lost, tuple(damaged))

    def _under_current(self, document: Document) -> Document | None:
        """None when everything in it is so already. Raises Tampered."""
        current = self._cipher.current
        old = {name: value for name, value in document.items() if (kid := sealed_with(value)) and kid != current}
        if not old:
            return None
        places = {name: where(document["_id"], name) for name in old}
        new = {
            name: self._cipher.seal(self._cipher.open(value, places[name]), places[name]) for name, value in old.items()
        }
        return document | new | {"rev": document["rev"] + 1}

    async def _steps(self) -> AsyncIterator[list[Document]]:
        last = ""
        while found := await self._documents.find({"_id": {"$gt": last}}, sort=[("_id", 1)], limit=STEP):
            yield found
            last = found[-1]["_id"]
