"""Engines as supervised programs: our own on this machine, unless the address of a real one is set."""

from collections.abc import Callable, Mapping
from typing import TypeVar

from deploy.engines.engine import Engine, EngineNotReady, EngineSetupError
from deploy.engines.kafka import KafkaEngine
from deploy.engines.mongo import MongoEngine
from deploy.local.folders import Folders
from deploy.local.ports import HOST, Ports
from deploy.local.problems import LocalProblem
from deploy.local.program import NotReady, Program, Tier
from deploy.local.settings import LocalSettings

STOP_SECONDS = 30
T = TypeVar("T")


def engine_programs(settings: LocalSettings, folders: Folders, ports: Ports) -> list[Program]:
    """The engines that this instance runs itself: none for an address that is set."""
    programs = []
    if settings.kafka.bootstrap is None:
        kafka = KafkaEngine(
            lib_dir=settings.engines_dir / "kafka",
            data_dir=folders.data / "kafka",
            host=HOST,
            port=ports.kafka,
            controller_port=ports.kafka_controller,
        )
        taken = {"kafka": ports.kafka, "kafka controller": ports.kafka_controller}
        programs.append(_program(kafka, taken))
    if settings.mongo.url is None:
        mongo = MongoEngine(
            lib_dir=settings.engines_dir / "mongo", data_dir=folders.data / "mongo", host=HOST, port=ports.mongo
        )
        programs.append(_program(mongo, {"mongo": ports.mongo}))
    return programs


def _program(engine: Engine, ports: Mapping[str, int]) -> Program:
    def ready() -> None:
        try:
            engine.probe()
        except EngineNotReady as reason:
            raise NotReady(str(reason)) from reason

    return Program(
        name=engine.name,
        tier=Tier.ENGINES,
        command=_told(lambda: engine.command),
        ready=ready,
        prepare=_told(engine.prepare),
        ports=ports,
        address=engine.address,
        stop_seconds=STOP_SECONDS,
    )


def _told(step: Callable[[], T]) -> Callable[[], T]:
    """The step, with the engine's refusal as one of ours."""

    def told() -> T:
        try:
            return step()
        except EngineSetupError as refusal:
            raise LocalProblem(str(refusal)) from refusal

    return told
