"""Plans of small programs, so that supervision is tested without engines and services."""

import os
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import httpx

from deploy.local.folders import Folders
from deploy.local.instance import Instance
from deploy.local.instances import Say, silent
from deploy.local.plan import Plan
from deploy.local.ports import HOST, Ports
from deploy.local.program import Program, Tier, answers


def server(name: str, port: int, stops: Path, tier: Tier = Tier.SERVICES, *options: str, **variables: str) -> Program:
    """A program that is ready when it answers, and writes its name into `stops` when it is asked to stop.

    It counts as started at once, so that its end is the end of a running program.
    """
    return Program(
        name=name,
        tier=tier,
        command=lambda: [sys.executable, "-m", "tests.local.answering", str(port), name, str(stops), *options],
        ready=partial(answers, port),
        environment=variables,
        ports={name: port},
        address=f"http://{HOST}:{port}",
        start_seconds=0,
        stop_seconds=5,
    )


def small_instance(name: str, root: Path, say: Say = silent) -> Instance:
    """An engine and two services, all of them small servers."""
    ports, stops = Ports.free(), root / "stops"
    programs = [
        server("store", ports.mongo, stops, Tier.ENGINES),
        server("first", ports.registration, stops, OPENDAY_WORD=f"{name}: 100% 'said', so"),
        server("second", ports.feedback, stops),
    ]
    return instance_of(name, root, programs, say)


def instance_of(name: str, root: Path, programs: Sequence[Program], say: Say = silent) -> Instance:
    """An instance that ends with this test run, whatever happens to it."""
    return Instance(Plan(name=name, folders=Folders(root / name), programs=programs, owner=os.getpid()), say)


def variables_of(program: Program) -> dict[str, str]:
    """The `OPENDAY_` variables that a small server finds in its environment."""
    found: dict[str, str] = httpx.get(program.address, trust_env=False).json()
    return found
