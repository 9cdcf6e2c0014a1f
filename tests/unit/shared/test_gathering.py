"""Calls that wait for one another go together; each caller is answered as if alone."""

import asyncio
from collections.abc import Sequence

import pytest

from shared.errors import Unavailable
from shared.storage.gathering import AT_MOST, Gathering


def away() -> Unavailable:
    return Unavailable("database_away", "数据库暂时无法访问。", "The database does not answer.")


class Line:
    """Doubles numbers when the gate is open, and remembers what was sent together; some numbers are trouble."""

    def __init__(self) -> None:
        self.sent: list[list[int]] = []
        self.gate = asyncio.Event()
        self.trouble: dict[int, Exception] = {}
        self.broken: Exception | None = None
        self.gathering: Gathering[int, int] = Gathering(self._send)

    async def _send(self, items: Sequence[int]) -> list[int | Exception]:
        self.sent.append(list(items))
        await self.gate.wait()
        if self.broken:
            raise self.broken
        return [self.trouble.get(each, 2 * each) for each in items]

    def ask(self, *numbers: int) -> "list[asyncio.Task[int]]":
        return [asyncio.create_task(self.gathering.add(each)) for each in numbers]


async def waiting(line: Line, *numbers: int) -> "list[asyncio.Task[int]]":
    """The first goes at once, alone; the others wait behind it."""
    tasks = line.ask(*numbers[:1])
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    tasks += line.ask(*numbers[1:])
    await asyncio.sleep(0)
    assert line.sent == [[numbers[0]]]
    return tasks


async def answers(tasks: "list[asyncio.Task[int]]") -> list[int | BaseException]:
    async with asyncio.timeout(2):
        return await asyncio.gather(*tasks, return_exceptions=True)


async def test_what_waits_goes_together_and_each_gets_its_own_answer() -> None:
    line = Line()
    tasks = await waiting(line, 1, 2, 3, 4)
    line.gate.set()
    assert await answers(tasks) == [2, 4, 6, 8]
    assert line.sent == [[1], [2, 3, 4]]


async def test_a_call_carries_no_more_than_it_may() -> None:
    line = Line()
    tasks = await waiting(line, *range(AT_MOST + 5))
    line.gate.set()
    assert await answers(tasks) == [2 * each for each in range(AT_MOST + 5)]
    assert [len(each) for each in line.sent] == [1, AT_MOST, 4]


async def test_ones_trouble_is_nobody_elses() -> None:
    line = Line()
    line.trouble[3] = trouble = ValueError("three")
    tasks = await waiting(line, 1, 2, 3, 4)
    line.gate.set()
    assert await answers(tasks) == [2, 4, trouble, 8]


async def test_a_failure_is_the_answer_of_all_who_went_and_who_waits_goes_next() -> None:
    line = Line()
    line.broken = ValueError("broken")
    tasks = await waiting(line, 1, 2)
    line.gate.set()
    assert await answers(tasks) == [line.broken, line.broken]
    assert line.sent == [[1], [2]]
    line.broken = None
    assert await answers(line.ask(5)) == [10]


async def test_who_waits_behind_a_database_that_is_away_does_not_wait_again() -> None:
    line = Line()
    line.broken = away()
    tasks = await waiting(line, 1, 2, 3)
    line.gate.set()
    assert await answers(tasks) == [line.broken] * 3
    assert line.sent == [[1]]
    line.broken = None
    assert await answers(line.ask(5)) == [10]


async def test_who_left_is_not_sent() -> None:
    line = Line()
    tasks = await waiting(line, 1, 2, 3)
    tasks[1].cancel()
    await asyncio.sleep(0)
    line.gate.set()
    assert await answers([tasks[0], tasks[2]]) == [2, 6]
    assert line.sent == [[1], [3]]


async def test_a_loop_that_ends_leaves_nobody_waiting() -> None:
    line = Line()
    tasks = await waiting(line, 1, 2)
    carrying = line.gathering._task
    assert carrying
    carrying.cancel()
    with pytest.raises(asyncio.CancelledError):
        await tasks[0]
    with pytest.raises(asyncio.CancelledError):
        await tasks[1]
