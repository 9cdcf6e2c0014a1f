"""F23: the document of one entity is damaged: its facts are set aside or wait, everything else goes on; then mended.

An operator puts the document right and lets the consumer try again, from the command line, as a runbook says.
"""

import asyncio
import json
import os
import sys
from typing import Any

from pymongo import MongoClient
from pymongo.collection import Collection

from tests.faults.lab.stage import Stage
from tests.faults.lab.trial import Row
from tests.faults.load.sending import sending
from tests.faults.oracle.ledger import Request
from tests.outside.topics import read_all
from tests.support.service import ROOT

WAITING = 30.0  # seconds; the reader was restarted and is let into its group again


async def inject(stage: Stage) -> None:
    """Reporting's dossier of one activity."""
    activity = stage.chance.choice(stage.scene.of("open", "door"))
    where, reporting = stage.site.where, stage.service("reporting")
    client: MongoClient[dict[str, Any]] = MongoClient(where.mongo, serverSelectionTimeoutMS=3000)
    try:
        dossiers = client[where.databases["reporting"]]["dossier"]
        reporting.hold_down()  # or the copy that it has in hand would heal the document
        await stage.expect_soon(lambda: reporting.pid is None, 5, "reporting did not end")
        kept = dossiers.find_one({"_id": activity.id})
        dossiers.update_one({"_id": activity.id}, {"$set": {"state": {"nonsense": True}}})
        reporting.let_up()
        stage.did(f"the dossier of {activity.id} damaged")
        await reporting.ready()
        await _opinion_about(stage, activity.id)
        await stage.expect_soon(lambda: _set_aside(stage), WAITING, "no fact about the damaged dossier was set aside")
        others = dossiers.count_documents({"_id": {"$ne": activity.id}})
        handled = await reporting.metric("openday_consumed_total")
        await stage.expect_soon(
            lambda: _more_than(stage, handled), WAITING, f"the {others} other dossiers got no facts any more"
        )
        await _mend(stage, dossiers, activity.id, kept)
    finally:
        client.close()
    stage.later.append(lambda: _note_letters(stage))


async def _mend(stage: Stage, dossiers: Collection[dict[str, Any]], id_: str, kept: dict[str, Any] | None) -> None:
    """The document as it was; then every fact that was set aside once more, in order."""
    stage.expect(kept, "there was no dossier to damage")
    if kept:
        dossiers.replace_one({"_id": id_}, kept)
        await asyncio.sleep(0.5)  # what had met the damage just now is set aside by then
    letters = await asyncio.to_thread(read_all, stage.site.where.kafka, [stage.site.where.dead_letters("reporting")])
    fresh = [each for each in letters if each.header("openday_reason") == "defect"]
    for each in fresh:
        await _operator(stage, "dead-letters", "replay", f"{each.partition}-{each.offset}")
    stage.did(f"the document mended, {len(fresh)} dead letters put back by an operator")


async def _operator(stage: Stage, *words: str) -> str:
    """`python -m shared.operator reporting …`."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "shared.operator",
        "reporting",
        *words,
        cwd=ROOT,
        env=dict(os.environ) | stage.service("reporting").environment,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, error = await process.communicate()
    last = error.decode().strip().splitlines()[-1:] or [""]
    stage.expect(process.returncode == 0, f"operator {' '.join(words)}: {last[0]}")
    return out.decode()


async def _opinion_about(stage: Stage, activity: str) -> None:
    """A fact that has to change the damaged dossier."""
    body = {"kind": "praise", "source": "form", "text": "讲得清楚"}
    request = Request("feedback", "POST", f"/activities/{activity}/opinions", None, body)
    async with sending(stage.site.where, stage.ledger) as sender:
        key = f"{stage.scene.seed}-{stage.site.where.prefix}-damaged"
        await sender.until_definite(key, "give_opinion", activity, request, 10)


async def _note_letters(stage: Stage) -> None:
    """What was set aside stays in the topic, mended or not: the judge is told which it is."""
    where = stage.site.where
    letters = await asyncio.to_thread(read_all, where.kafka, [where.dead_letters("reporting")])
    about = [each for each in letters if each.header("openday_reason") == "defect"]
    subjects = {json.dumps(each.header("ce_subject")) for each in about}
    stage.expect(about, "nothing was set aside")
    stage.did(f"{len(about)} facts of {len(subjects)} aggregates were set aside meanwhile")
    stage.expected.mended.setdefault("reporting", []).extend(each.header("openday_origin") or "" for each in about)


async def _set_aside(stage: Stage) -> bool:
    return await stage.service("reporting").metric("openday_dead_letters_total", reason="defect") > 0


async def _more_than(stage: Stage, handled: float) -> bool:
    return await stage.service("reporting").metric("openday_consumed_total") > handled


F23 = Row(name="F23", title="a damaged document", inject=inject)
