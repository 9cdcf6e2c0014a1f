"""Failpoints act where they are armed, once, at the hit that was asked for; unarmed they are nothing."""

import asyncio
import re
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from subprocess import PIPE, Popen, run

import pytest

from shared import failpoints
from shared.failpoints import POINTS, FailpointReached, arm, failpoint, parsed

ROOT = Path(__file__).resolve().parents[3]
PASSES = 20_000


@pytest.fixture(autouse=True)
def disarmed() -> Iterator[None]:
    yield
    arm("")


def test_every_name_stands_at_a_place_in_the_kernel_and_no_place_has_another_name() -> None:
    sources = [each.read_text(encoding="utf-8") for each in (ROOT / "shared").rglob("*.py")]
    placed = [name for text in sources for name in re.findall(r'await failpoint\("([a-z_.]+)"\)', text)]
    assert sorted(placed) == sorted(POINTS)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("api.after_cas", "is not <point>:<action>"),
        ("api.after_cas:kill@0", "is not <point>:<action>"),
        ("api.after_case:kill", "api.after_cas,"),
        ("api.after_cas:explode", "delay"),
    ],
)
def test_what_cannot_be_armed_is_refused_in_words(text: str, says: str) -> None:
    with pytest.raises(ValueError, match=re.escape(says)):
        parsed(text)


async def test_it_acts_at_the_hit_that_was_asked_for_and_never_again() -> None:
    arm("relay.before_send:raise@3, api.loaded:raise")
    await failpoint("relay.before_send")
    await failpoint("relay.before_send")
    with pytest.raises(FailpointReached, match=re.escape("relay.before_send")):
        await failpoint("relay.before_send")
    await failpoint("relay.before_send")
    await failpoint("relay.after_ack")
    with pytest.raises(FailpointReached):
        await failpoint("api.loaded")


async def test_a_delay_lets_others_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(failpoints, "DELAY", 0.05)
    arm("api.loaded:delay")
    order = []

    async def delayed() -> None:
        await failpoint("api.loaded")
        order.append("delayed")

    async def other() -> None:
        order.append("other")

    await asyncio.gather(delayed(), other())
    assert order == ["other", "delayed"]


_PROGRAM = """
import asyncio
from shared.failpoints import arm, failpoint
arm("api.after_cas:{action}")
asyncio.run(failpoint("api.after_cas"))
print("went on", flush=True)
"""


def test_a_kill_is_a_kill() -> None:
    ended = run([sys.executable, "-c", _PROGRAM.format(action="kill")], cwd=ROOT, stdout=PIPE, check=False)
    assert ended.returncode == -signal.SIGKILL
    assert b"went on" not in ended.stdout


def test_a_stopped_process_goes_on_when_it_is_told_to() -> None:
    with Popen([sys.executable, "-c", _PROGRAM.format(action="stop")], cwd=ROOT, stdout=PIPE) as child:
        state = Path(f"/proc/{child.pid}/stat")
        deadline = time.monotonic() + 20
        while state.read_text().rpartition(")")[2].split()[0] != "T":
            assert time.monotonic() < deadline, "never stopped"
            assert child.poll() is None
        child.send_signal(signal.SIGCONT)
        assert b"went on" in child.communicate(timeout=20)[0]
    assert child.returncode == 0


async def test_unarmed_it_costs_nothing_measurable_beside_a_command() -> None:
    """Eight places a command; below, all of them together must stay far under the milliseconds that a command takes.

    Measured against an empty coroutine in the same run, so that a slow machine does not matter.
    """

    async def nothing(point: str) -> None:
        return None

    async def seconds(passed: object) -> float:
        begun = time.perf_counter()
        for _ in range(PASSES):
            await passed("api.loaded")  # type: ignore[operator]
        return time.perf_counter() - begun

    ratio = min([await seconds(failpoint) / await seconds(nothing) for _ in range(7)])
    assert ratio < 3, "more than looking into an empty dictionary is done on the way of every command"
