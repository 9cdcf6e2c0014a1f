"""A draw's proof is computed once in each of its two states, in a thread, however many ask for it."""

import asyncio
import threading
from types import SimpleNamespace
from typing import cast

import pytest

from services.registration.application import proofs as written
from services.registration.application.ports import Ports
from services.registration.application.proofs import Proofs
from services.registration.domain.draw_proof import Proof
from shared.errors import Conflict
from tests.unit.registration.draw_service import POINT, Process, World, person
from tests.unit.registration.rosters import RESIDENT


class Writer:
    """Counts, and notes in which thread it works."""

    def __init__(self) -> None:
        self.threads: list[int] = []

    def __call__(self, proof: Proof) -> bytes:
        self.threads.append(threading.get_ident())
        return f"{sorted(proof.applicants)} {sorted(proof.withdrawn)} {proof.result}".encode()


async def applied() -> Process:
    process = Process(World())
    await process.open({RESIDENT: 2})
    for number in range(5):
        await process.apply(number, RESIDENT)
    return process


def proofs(process: Process) -> Proofs:
    return Proofs(cast(Ports, SimpleNamespace(rosters=process.rosters, sheets=process.sheets)))


async def test_many_who_ask_at_once_cost_one_proof_and_the_loop_none() -> None:
    process, write = await applied(), Writer()
    asked = proofs(process)
    with pytest.raises(Conflict, match="draw_not_committed"):
        await asked.of(POINT, write)
    await process.close()
    early = set(await asyncio.gather(*(asked.of(POINT, write) for _ in range(20))))
    await process.cancel(0)
    early.add(await asked.of(POINT, write))
    assert len(early) == len(write.threads) == 1, "who leaves before the draw is told after it"
    await process.hold()
    drawn = set(await asyncio.gather(*(asked.of(POINT, write) for _ in range(20))))
    assert len(drawn) == 1
    assert len(write.threads) == 2
    assert drawn != early
    assert person(0) in drawn.pop().decode().partition("] [")[2]
    assert threading.get_ident() not in write.threads
    await process.settle()


async def test_what_it_keeps_is_what_it_would_write_again(monkeypatch: pytest.MonkeyPatch) -> None:
    process, write = await applied(), Writer()
    await process.close()
    await process.hold()
    asked = proofs(process)
    before = await asked.of(POINT, write)
    roster = await process.rosters.get(POINT)
    lucky = next(each.id for each in roster.registrations.values() if each.status == "confirmed")
    await process.rosters.change(POINT, lambda each: each.cancel(lucky, each.closes_at))
    assert await proofs(process).of(POINT, write) == before
    monkeypatch.setattr(written, "KEPT", 0)
    forgetful = proofs(process)
    assert [await forgetful.of(POINT, write) for _ in "ab"] == [before] * 2
    assert len(write.threads) == 4, "the control: where nothing is kept each is computed"
    await process.settle()
