"""What brings each broken build out: a short load, and the fault that a sound build survives."""

import asyncio
import copy
import os
import signal
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

from confluent_kafka import Producer

from tests.faults.lab.lab import Lab
from tests.faults.lab.site import Site
from tests.faults.lab.supervised import Supervised
from tests.faults.load import SMALL, Scene, Traffic, prepare, run, settle
from tests.faults.load.moves import reschedule
from tests.faults.load.sending import sending
from tests.faults.load.settling import Unsettled
from tests.faults.oracle.ledger import Ledger
from tests.faults.oracle.quiet import NeverQuiet, wait_quiet
from tests.faults.oracle.verdict import Verdict, judge
from tests.outside.topics import read_all
from tests.support.waiting import eventually

ABSENT = (sys.executable, "-c", "import time; time.sleep(600)")
COMMANDS = 150  # of one load
PATIENCE = 60.0  # seconds for a load, for settling, for coming to rest


@dataclass
class Trial:
    """One trial under way."""

    site: Site
    scene: Scene
    ledger: Ledger
    traffic: Traffic = field(default_factory=Traffic)

    async def load(self, scene: Scene | None = None) -> None:
        """A few seconds of it."""
        scene = scene or self.scene
        await run(scene, self.ledger, commands=COMMANDS, seconds=PATIENCE, clients=10, traffic=self.traffic)

    async def after(self, answers: int) -> None:
        """Wait until so many more commands have been answered."""
        wanted = len(self.traffic.moments) + answers
        await eventually(lambda: len(self.traffic.moments) >= wanted, PATIENCE)


@dataclass(frozen=True)
class Control:
    """`services` run as the broken `build`; then the points `red` must be violated. `fault` is the load, too."""

    build: str
    services: tuple[str, ...]
    red: frozenset[str]
    fault: Callable[[Trial], Awaitable[None]]
    failpoints: str = ""
    """Armed for the first life of the broken services."""
    absent: bool = False
    """They are away until the scene is there."""
    healed: bool = False
    """The sound build takes over afterwards: the broken one never comes to rest. What it lost stays lost."""


async def load(trial: Trial) -> None:
    """The failpoint does it."""
    await trial.load()


async def resend(trial: Trial) -> None:
    """Commands once more, as an impatient person would; facts once more, the newest first, as a confused producer.

    One activity is put off for certain: told twice, its announcement would take it back.
    """
    await trial.load()
    where = trial.site.where
    async with sending(where, trial.ledger) as sender:
        if putting_off := reschedule(trial.scene):
            key = f"{trial.scene.seed}-{where.prefix}-put-off"
            command, target, request = putting_off.command, putting_off.target, putting_off.request
            putting_off.done(await sender.until_definite(key, command, target, request, PATIENCE))
    lately = [each for each in trial.ledger.read().values() if each.answer == "acked" and each.command == "cancel"]
    async with sending(where, trial.ledger) as sender:
        for asked in lately[-5:]:
            await sender.once(asked.key, asked.command, asked.target, asked.request)
    facts = await asyncio.to_thread(read_all, where.kafka, [where.topic("registration")])
    again = [each for each in facts if each.header("ce_subject").startswith("registration.activity.")]
    producer = Producer({"bootstrap.servers": where.kafka, "broker.address.family": "v4"})
    for each in reversed(again):
        producer.produce(
            each.topic, each.value, each.key, partition=each.partition, headers=[(n, v) for n, v in each.headers]
        )
    await asyncio.to_thread(producer.flush, 10)


async def deaf_broker(trial: Trial) -> None:
    """The broker stands still while commands go on; then the process dies before it was heard again."""
    engines, loading = trial.site.engines, asyncio.create_task(trial.load())
    await trial.after(COMMANDS // 3)
    engines.freeze("kafka")
    try:
        await trial.after(COMMANDS // 3)
        await asyncio.sleep(1)  # marks are written half a second later, when no command takes them along
        trial.site.services["registration"].kill()
    finally:
        engines.thaw("kafka")
    await loading


async def second_replica(trial: Trial) -> None:
    """Another process of the same service takes commands about the same things."""
    registration = trial.site.services["registration"]
    twin = trial.site.more("registration-2", "registration")
    if registration.program:
        await reborn(twin, registration.program)
    await twin.ready()
    where = trial.scene.where
    scene = copy.copy(trial.scene)
    scene.where = replace(where, services={**where.services, "registration": twin.url})
    scene.people += 50_000
    await asyncio.gather(trial.load(), trial.load(scene))


CONTROLS = (
    Control("commit_first", ("reporting",), frozenset({"read-models-are-folds"}), load, "cons.before_effect:kill@12"),
    Control(
        "reply_first", ("registration",), frozenset({"acked-exactly-once"}), load, "api.after_cas:kill@40", healed=True
    ),
    Control(
        "no_duplicates",
        ("registration", "reporting"),
        frozenset({"acked-exactly-once", "read-models-are-folds"}),
        resend,
    ),
    Control("no_outbox", ("registration",), frozenset({"topic-order"}), load, "relay.before_send:kill@30"),
    Control("marks_first", ("registration",), frozenset({"topic-order"}), deaf_broker),
    Control("no_revision", ("registration",), frozenset({"topic-order"}), second_replica),
    Control("latest", ("scoring",), frozenset({"read-models-are-folds"}), load, absent=True),
)


@dataclass
class Outcome:
    """The verdict, and why nothing came to rest when it did not."""

    verdict: Verdict
    restless: str = ""


async def trial(lab: Lab, controls: tuple[Control, ...], seed: int, *, broken: bool) -> Outcome:
    """One district, the faults of these controls one after another, judged. `broken` False: the sound build instead."""
    async with lab.site() as site:
        with Ledger(site.folder / "ledger.jsonl") as ledger:
            for each in controls:
                for service in each.services if each.absent else ():
                    await reborn(site.services[service], ABSENT)
            scene = await prepare(site.where, seed, ledger, SMALL)
            under_way = Trial(site, scene, ledger)
            for each in controls:
                await _broken(site, each, broken=broken)
                await each.fault(under_way)
                for service in each.services if each.healed else ():
                    await reborn(site.services[service], ())
            outcome = await _judged(under_way, ledger.path, broken=broken)
        for process in (*site.services.values(), *site.extras):
            process.hold_down()  # nothing is kept, so nobody need leave in order
        return outcome


async def reborn(service: Supervised, program: tuple[str, ...]) -> None:
    """It leaves in order, so that its group forgets it at once; its next lives are of this program."""
    before = await eventually(lambda: service.pid or 0, PATIENCE)
    service.program = program
    os.kill(before, signal.SIGTERM)
    await eventually(lambda: service.pid not in (None, before), PATIENCE)
    if program != ABSENT:
        await service.ready()


async def _broken(site: Site, control: Control, *, broken: bool) -> None:
    for name in control.services:
        service = site.services[name]
        service.arm(control.failpoints)
        program = (sys.executable, "-m", "tests.faults.broken", control.build, name) if broken else ()
        await reborn(service, program)


async def _judged(under_way: Trial, ledger: Path, *, broken: bool) -> Outcome:
    """At rest: a fault of a build is what is left when nothing moves any more, not what is only late."""
    site, restless = under_way.site, ""
    await site.ready()
    try:
        await settle(under_way.scene, under_way.ledger, within=PATIENCE)
        await asyncio.to_thread(wait_quiet, site.where, PATIENCE, parked=broken)
    except (Unsettled, NeverQuiet) as why:
        restless = str(why)
    return Outcome(await asyncio.to_thread(judge, site.where, ledger), restless)
