"""What a measure runs on: engines, our registration and the comparator, as processes on free ports."""

import asyncio
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from subprocess import DEVNULL, Popen
from typing import Any

import httpx

from deploy.engines.fetch import fetch
from deploy.engines.kafka import KafkaEngine
from deploy.engines.mongo import MongoEngine
from deploy.engines.process import EngineProcess
from shared.messaging.kafka import create_topics
from shared.security import secrets
from shared.security.issuer import LocalIssuer
from shared.settings import KafkaSettings
from tests.bench.bare.app import TOPIC
from tests.support.district import free_port

ROOT = Path(__file__).resolve().parents[2]


@dataclass
class Stage:
    """Addresses, and the means to set the scene."""

    ours: int
    bare: int
    issuer: LocalIssuer
    ours_process: "Popen[bytes]"
    mongo: str
    kafka: str

    def points(self, count: int, cap: int) -> list[str]:
        """Open points of ours that take registrations now, twenty to an activity."""
        made: list[str] = []
        while len(made) < count:
            made += self._activity(min(20, count - len(made)), cap)
        return made

    def bare_points(self, count: int, cap: int) -> list[str]:
        """Points of the comparator."""
        with httpx.Client(base_url=f"http://127.0.0.1:{self.bare}", timeout=30) as http:
            names = [f"p{time.perf_counter_ns()}-{number}" for number in range(count)]
            for each in names:
                http.put(f"/points/{each}", params={"cap": cap}).raise_for_status()
        return names

    def _activity(self, count: int, cap: int) -> list[str]:
        base = "/registration/v1"
        token = self.issuer.mint(subject="bench", roles=["administrator", "office"])
        with httpx.Client(
            base_url=f"http://127.0.0.1:{self.ours}", headers={"Authorization": f"Bearer {token}"}, timeout=30
        ) as http:
            http.put(f"{base}/units/bench", json=_UNIT).raise_for_status()
            plan = http.post(f"{base}/plans", json=_plan(count, cap)).raise_for_status().json()
            http.post(f"{base}/plans/{plan['id']}/submissions").raise_for_status()
            for point in plan["content"]["points"] if cap > 20 else ():
                approval = {"point": point["slug"]}
                http.post(f"{base}/plans/{plan['id']}/cap-approvals", json=approval).raise_for_status()
            now = datetime.now(UTC)
            announcement = {
                "plan_id": plan["id"],
                "session": {"starts_at": _text(now, 48), "ends_at": _text(now, 50)},
                "registration_opens_at": _text(now, -1),
                "registration_closes_at": _text(now, 24),
            }
            activity = http.post(f"{base}/activities", json=announcement).raise_for_status().json()
        return [each["id"] for each in activity["open_points"]]


@contextmanager
def stage() -> Iterator[Stage]:
    """Everything started, and everything stopped again."""
    engines = ROOT / ".engines"
    fetch(engines)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        kafka = KafkaEngine(
            lib_dir=engines / "kafka", data_dir=folder / "kafka", port=free_port(), controller_port=free_port()
        )
        mongo = MongoEngine(lib_dir=engines / "mongo", data_dir=folder / "mongo", port=free_port())
        for each in (kafka, mongo):
            process = EngineProcess(each, folder / f"{each.name}.log")
            stack.callback(process.stop)
            process.start()
            process.wait_ready(60)
        asyncio.run(create_topics(KafkaSettings(bootstrap=kafka.address), {TOPIC: 12}))
        secrets.ensure(folder / "secrets")
        ours, bare = free_port(), free_port()
        common = {**os.environ, "PYTHONPATH": str(ROOT)}
        settings = {
            "OPENDAY_PROFILE": "test",
            "OPENDAY_HTTP__PORT": str(ours),
            "OPENDAY_MONGO__URL": mongo.address,
            "OPENDAY_KAFKA__BOOTSTRAP": kafka.address,
            "OPENDAY_SECURITY__JWKS_FILE": str(folder / "secrets" / secrets.KEY_SET),
            "OPENDAY_VAULT_KEYS_FILE": str(folder / "secrets" / secrets.VAULT_KEYS),
        }
        process_of_ours = _start(stack, "services.registration", common | settings, ours, "/readyz")
        bare_settings = {"BARE_PORT": str(bare), "BARE_MONGO": mongo.address, "BARE_KAFKA": kafka.address}
        _start(stack, "tests.bench.bare.app", common | bare_settings, bare, "/docs")
        issuer = LocalIssuer(folder / "secrets", "test")
        yield Stage(ours, bare, issuer, process_of_ours, mongo.address, kafka.address)


def _start(stack: ExitStack, module: str, environment: dict[str, str], port: int, path: str) -> "Popen[bytes]":
    child = Popen([sys.executable, "-m", module], env=environment, cwd=ROOT, stdout=DEVNULL, stderr=DEVNULL)
    stack.callback(child.wait, 20)
    stack.callback(child.terminate)
    deadline = time.monotonic() + 30
    while child.poll() is None and time.monotonic() < deadline:
        try:
            if httpx.get(f"http://127.0.0.1:{port}{path}", timeout=3).status_code == 200:
                return child
        except httpx.TransportError:
            time.sleep(0.05)
    raise RuntimeError(f"{module} did not become ready")


_UNIT: dict[str, Any] = {
    "name": "测量",
    "name_en": "Bench",
    "kind": "department",
    "town": "district",
    "assessed": True,
    "active_from": "2020-01-01",
}


def _plan(count: int, cap: int) -> dict[str, Any]:
    point = {
        "unit_id": "bench",
        "name": "点",
        "place": "处",
        "cap": cap,
        "mix": {"resident_representative": cap},
        "cap_reason": "测量所需" if cap > 20 else None,
    }
    return {
        "title": "测量",
        "theme": "bench",
        "town": "district",
        "forms": ["site_visit"],
        "purpose": "测量",
        "agenda": ["测量"],
        "selection": "first_come",
        "hosts": [{"unit_id": "bench", "role": "lead", "credit": 1000}],
        "points": [{**point, "slug": f"point-{number}"} for number in range(count)],
    }


def _text(now: datetime, hours: int) -> str:
    return (now + timedelta(hours=hours)).isoformat()
