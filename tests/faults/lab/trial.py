"""A trial: scene, load, faults, healing, quiet, a rebuild beside it, the judge."""

import asyncio
import random
import time
import traceback
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from tests.faults.lab.lab import Lab
from tests.faults.lab.rebuild import Rebuild
from tests.faults.lab.result import Result
from tests.faults.lab.site import Site, keep
from tests.faults.lab.stage import PACE, Stage
from tests.faults.load import prepare, settle
from tests.faults.oracle.expected import Expected
from tests.faults.oracle.ledger import Ledger
from tests.faults.oracle.quiet import wait_quiet
from tests.faults.oracle.verdict import judge

BEFORE, AFTER = 1.0, 1.0  # seconds of load before the first fault, and after the last
QUIET = 60.0  # seconds until everything is quiet again


@dataclass(frozen=True, kw_only=True)
class Row:
    """One fault of the matrix. `inject` returns when the fault is over, or when healing everything ends it."""

    name: str
    title: str
    inject: Callable[[Stage], Awaitable[None]]
    nodes: int = 1
    """Brokers that it needs."""
    proxied: bool = False
    """Whether it needs toxiproxy."""
    pace: int = PACE
    """Commands begun in a second."""


async def trial(lab: Lab, row: Row, seed: int) -> Result:
    """Play it on a fresh district; never raises for what a service did, the result says it."""
    [result] = await series(lab, [row], seed)
    return result


async def series(lab: Lab, rows: Sequence[Row], seed: int) -> list[Result]:
    """Several rows one after another on one district, each judged; after a red one the next has a fresh district."""
    results: list[Result] = []
    while len(results) < len(rows):
        row = rows[len(results)]
        try:
            async with lab.site() as site:
                await _on_one_district(lab, site, rows, seed, results)
        except Exception as error:  # noqa: BLE001 - the lab's own trouble makes this row red, and the others go on
            traceback.print_exception(error)
            results.append(_begun(row, seed))
            results[-1].failure = f"the lab failed: {_said_of(error)}"
    return results


async def _on_one_district(lab: Lab, site: Site, rows: Sequence[Row], seed: int, results: list[Result]) -> None:
    try:
        await _play_all(lab, site, rows, seed, results)
    finally:
        await lab.heal()  # before the district is taken down: its services have to end in order
    if not results[-1].green:
        keep(site.folder, results[-1].as_dict())


async def _play_all(lab: Lab, site: Site, rows: Sequence[Row], seed: int, results: list[Result]) -> None:
    site.where.write(site.folder / "where.json")
    with Ledger(site.folder / "ledger.jsonl") as ledger:
        scene, expected = await prepare(site.where, seed, ledger), Expected()
        while len(results) < len(rows):
            row = rows[len(results)]
            result = _begun(row, seed)
            stage = Stage(lab, site, scene, ledger, random.Random(f"{row.name} {seed}"), expected, row.pace)
            print(f"{row.name} seed {seed}: {row.title} ...", flush=True)
            await _play(stage, row, result, rebuilt=row is rows[-1])
            print(f"{row.name} seed {seed}: {'green' if result.green else 'RED'} {result.seconds:.0f} s", flush=True)
            results.append(result)
            if not result.green:
                return


async def _play(stage: Stage, row: Row, result: Result, *, rebuilt: bool) -> None:
    begun = time.monotonic()
    lives = {name: each.restarts for name, each in stage.site.services.items()}
    said = {event: _said(stage, event) for event in ("event_parked", "dead_letter")}
    try:
        await _under_load(stage, row)
        result.phases["faults"] = round(time.monotonic() - begun, 1)
        await _recover_and_judge(stage, result, rebuilt=rebuilt)
    except Exception as error:  # noqa: BLE001 - whatever it was, the other rows go on and this one is red
        result.failure = _said_of(error)
        (stage.site.folder / "failure.txt").write_text("".join(traceback.format_exception(error)))
    result.seconds = round(time.monotonic() - begun, 1)
    result.injected, result.missed = stage.injected, stage.missed
    result.commands, result.kills = dict(stage.traffic.outcomes), stage.kills
    result.restarts = {name: each.restarts - lives[name] for name, each in stage.site.services.items()}
    result.parked = _said(stage, "event_parked") - said["event_parked"]
    result.dead_letters = _said(stage, "dead_letter") - said["dead_letter"]


async def _under_load(stage: Stage, row: Row) -> None:
    ending = asyncio.Event()
    loading = asyncio.create_task(stage.load(ending))
    try:
        await asyncio.sleep(BEFORE)
        await row.inject(stage)
        await asyncio.sleep(AFTER)
    finally:
        ending.set()
        await loading


async def _recover_and_judge(stage: Stage, result: Result, *, rebuilt: bool) -> None:
    healed = time.monotonic()
    await stage.lab.heal()
    if rebuilt and stage.rebuild is None:
        stage.rebuild = await Rebuild.begin(stage.site, 1)
    await stage.site.ready()
    await settle(stage.scene, stage.ledger, within=QUIET)
    await asyncio.to_thread(wait_quiet, stage.site.where, QUIET)
    quiet = time.monotonic()
    result.seconds_to_recover = round(quiet - healed, 1)
    for look in stage.later:
        await look()
    expected = stage.expected
    if stage.rebuild:
        expected = replace(expected, replay=await stage.rebuild.finish())
    result.phases["rebuild"] = round(time.monotonic() - quiet, 1)
    verdict = await asyncio.to_thread(judge, stage.site.where, stage.ledger.path, expected)
    result.phases["judge"] = round(time.monotonic() - quiet - result.phases["rebuild"], 1)
    if stage.rebuild:
        await stage.rebuild.end()
    result.counts = verdict.counts
    result.violations = {name: verdict.points[name] for name in verdict.red}


def _said(stage: Stage, event: str) -> int:
    return sum(each.said(f'"event": "{event}"') for each in stage.site.services.values())


def _begun(row: Row, seed: int) -> Result:
    return Result(row.name, row.title, seed, datetime.now(UTC).isoformat(timespec="seconds"))


def _said_of(error: Exception) -> str:
    return "".join(traceback.format_exception_only(error)).strip()
