"""The public proofs of draws, as they are written: each is computed once, in a thread, however many ask for it.

Of 5,000 applicants a proof is 40 sheets read, 60,000 digests and half a megabyte. From the commitment to the draw it
does not change, and after the draw never again (`domain.draw_proof`).
"""

import asyncio
from collections.abc import Callable

from services.registration.application.ports import Ports
from services.registration.application.sheets import Sheets
from services.registration.domain.draw_proof import Proof, committed, proof
from shared.security.attempts import Recent

KEPT = 16  # proofs: of the largest draws some 10 MB

Write = Callable[[Proof], bytes]


class Proofs:
    """Of this service's open points."""

    def __init__(self, ports: Ports) -> None:
        self._rosters = ports.rosters
        self._sheets = Sheets(ports.sheets)
        self._written: Recent[tuple[str, bool], bytes] = Recent(KEPT)
        self._one = asyncio.Lock()
        """One is computed at a time: whoever else asks for it waits, and finds it written."""

    async def of(self, point_id: str, write: Write) -> bytes:
        """For everyone. Raises NotFound, Conflict before the close."""
        return self._known(point_id, drawn=True) or await self._look(point_id, write)

    async def _look(self, point_id: str, write: Write) -> bytes:
        roster = await self._rosters.get(point_id)
        committed(roster)
        async with self._one:
            if known := self._known(point_id, drawn=roster.drawn):
                return known
            listed = await self._sheets.listed(roster)
            made = await asyncio.to_thread(lambda: write(proof(roster, listed)))
            self._written.put((point_id, roster.drawn), made)
            return made

    def _known(self, point_id: str, *, drawn: bool) -> bytes | None:
        known = self._written.get((point_id, drawn), b"")
        if known:
            self._written.put((point_id, drawn), known)  # asked for lately
        return known or None
