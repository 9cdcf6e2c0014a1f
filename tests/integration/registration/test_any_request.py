"""Whatever is asked, in whatever order, is answered as documented; the judge knows nothing but the documents.

Schemathesis, run as a program, asks for everything, with values that the documents allow and values that they forbid,
and follows ids from one answer into the next request.
"""

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.support.service import Runner, Running

CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
)
EXAMPLES, SEED = "4", "7"  # for each operation


@pytest.fixture(scope="module")
async def service(running: Runner) -> AsyncIterator[Running]:
    async with running("registration") as one:
        yield one


async def documents(service: Running) -> Any:
    """What the service says of itself."""
    return (await service.http.get("/registration/v1/openapi.json")).raise_for_status().json()


async def judged(service: Running, said: Any, folder: Path) -> tuple[int, str]:
    """The judge's exit code (0: nothing found, 1: something), and what it wrote."""
    said_there = folder / "openapi.json"
    said_there.write_text(json.dumps(said))
    somebody = service.bearer("administrator", "office")
    chosen = {
        "--url": str(service.http.base_url),
        "--phases": "fuzzing,stateful",
        "--checks": ",".join(CHECKS),
        "--max-examples": EXAMPLES,
        "--seed": SEED,
        "--header": f"Authorization: {somebody['Authorization']}",
    }
    words = [word for option in chosen.items() for word in option]
    program = await asyncio.create_subprocess_exec(
        *(
            sys.executable,
            "-m",
            "schemathesis.cli",
            "run",
            str(said_there),
            *words,
            "--no-shrink",
            "--max-failures",
            "1",
        ),
        cwd=folder,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    told, _ = await program.communicate()
    return program.returncode or 0, told.decode()


async def statuses(service: Running) -> set[str]:
    """Of all answers so far, as the service counts them."""
    families = text_string_to_metric_families((await service.http.get("/metrics")).text)
    return {
        each.labels["status"]
        for family in families
        for each in family.samples
        if each.name == "openday_http_requests_total"
    }


async def test_every_answer_is_one_that_the_documents_name(service: Running, tmp_path: Path) -> None:
    code, told = await judged(service, await documents(service), tmp_path)
    assert code == 0, told
    seen = await statuses(service)
    assert {"200", "201", "404", "422"} <= seen, "it got into the house, and was refused"
    assert not [each for each in seen if each.startswith("5")]


async def test_an_answer_that_differs_from_the_documents_is_found(service: Running, tmp_path: Path) -> None:
    said = await documents(service)
    said["components"]["schemas"]["ProblemBody"]["required"].append("never_said")
    code, told = await judged(service, said, tmp_path)
    assert code == 1
    assert "never_said" in told
