"""An audit log is one chain across replicas and crashes, and a small program finds whatever was done to it later."""

import asyncio
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from shared.errors import Unavailable
from shared.storage.audit_log import RACES, AuditLog, Entry
from tests.support.collection import MemoryDocuments
from tests.support.documents import Moment, Watched

VERIFIER = Path(__file__).resolve().parents[3] / "docs" / "audit" / "verify.py"
Entries = list[dict[str, Any]]


async def written(log: AuditLog, *lines: str) -> None:
    for each in lines:
        await log.note({"what": each})


async def exported(log: AuditLog) -> Entries:
    return [each._asdict() for each in await log.entries(0, 1000)]


def told(entries: Entries) -> list[str]:
    return [line["what"] for each in entries for line in json.loads(each["said"])]


def verified(entries: Entries, folder: Path, *anchors: str) -> tuple[int, str]:
    """Exit code and verdict of the program, run as a stranger runs it: in isolation, without any of our packages."""
    file = folder / "audit.ndjson"
    file.write_text("".join(f"{json.dumps(each, ensure_ascii=False)}\n" for each in entries), encoding="utf-8")
    command = [sys.executable, "-I", "-S", str(VERIFIER), str(file), *anchors]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout


def anchor(entry: dict[str, Any]) -> str:
    return f"{entry['n']}:{entry['digest']}"


async def five() -> Entries:
    log = AuditLog(MemoryDocuments())
    await written(log, "一", "二", "三", "四", "五")
    return await exported(log)


async def test_a_log_that_nobody_touched_is_whole_and_says_where_it_ends(tmp_path: Path) -> None:
    entries = await five()
    assert told(entries) == ["一", "二", "三", "四", "五"]
    code, said = verified(entries, tmp_path, *map(anchor, entries))
    assert (code, said.strip()) == (0, f"whole; it ends with {anchor(entries[-1])}")
    assert verified([], tmp_path)[0] == 0


def _edited(entries: Entries) -> None:
    entries[2]["said"] = entries[2]["said"].replace("三", "叁")


def _edited_with_its_digest(entries: Entries) -> None:
    _edited(entries)
    entries[2]["digest"] = "0" * 64


def _deleted(entries: Entries) -> None:
    del entries[2]


def _deleted_and_numbered_anew(entries: Entries) -> None:
    del entries[2]
    for n, each in enumerate(entries, start=1):
        each["n"] = n


def _reordered(entries: Entries) -> None:
    entries[1], entries[2] = entries[2], entries[1]


def _reordered_with_their_numbers(entries: Entries) -> None:
    one, other = entries[1], entries[2]
    one["said"], other["said"] = other["said"], one["said"]


def _truncated(entries: Entries) -> None:
    del entries[4]


def _beheaded(entries: Entries) -> None:
    del entries[0]


@pytest.mark.parametrize(
    "harm",
    [
        _edited,
        _edited_with_its_digest,
        _deleted,
        _deleted_and_numbered_anew,
        _reordered,
        _reordered_with_their_numbers,
        _truncated,
        _beheaded,
    ],
)
async def test_whatever_was_done_to_it_is_found(harm: Callable[[Entries], None], tmp_path: Path) -> None:
    entries = await five()
    end = anchor(entries[-1])
    assert verified(entries, tmp_path, end)[0] == 0
    harm(entries)
    code, said = verified(entries, tmp_path, end)
    assert (code, "entr" in said) == (1, True)


async def test_an_end_that_was_cut_off_and_written_anew_is_found_by_what_somebody_wrote_down(tmp_path: Path) -> None:
    documents = MemoryDocuments()
    await written(AuditLog(documents), "一", "二", "三")
    before = await exported(AuditLog(documents))
    await documents.delete("000000000003")
    await written(AuditLog(documents), "叁")
    after = await exported(AuditLog(documents))
    assert verified(after, tmp_path)[0] == 0, "by itself a forged end is a good one"
    assert verified(after, tmp_path, anchor(before[1]))[0] == 0
    assert verified(after, tmp_path, anchor(before[2]))[0] == 1


async def test_a_process_that_goes_on_after_its_end_was_cut_off_leaves_a_gap(tmp_path: Path) -> None:
    documents = MemoryDocuments()
    log = AuditLog(documents)
    await written(log, "一", "二")
    await documents.delete("000000000002")
    await written(log, "三")
    assert verified(await exported(log), tmp_path) == (
        1,
        "after entry 1 comes 3\nentry 3 does not follow from the one before it, or was changed\n",
    )


async def test_replicas_that_append_at_once_make_one_chain_with_every_line(tmp_path: Path) -> None:
    documents = MemoryDocuments()
    replicas = [AuditLog(documents) for _ in range(3)]
    await asyncio.gather(*(each.note({"what": f"{at}-{n}"}) for at, each in enumerate(replicas) for n in range(40)))
    await asyncio.gather(*(written(each, "later") for each in replicas))
    entries = await exported(replicas[0])
    assert verified(entries, tmp_path)[0] == 0
    assert sorted(told(entries)) == sorted([f"{at}-{n}" for at in range(3) for n in range(40)] + ["later"] * 3)
    assert len(entries) < 60, "lines that come together go together"


async def test_a_replica_that_slept_while_another_wrote_is_at_the_end_with_a_few_looks(tmp_path: Path) -> None:
    documents = MemoryDocuments()
    watched = Watched(documents)
    sleeper, other = AuditLog(watched), AuditLog(documents)
    await written(sleeper, "first")
    await written(other, *map(str, range(RACES + 10)))
    before = watched.calls.total()
    await written(sleeper, "last")
    assert watched.calls.total() - before < 10
    entries = await exported(other)
    assert (told(entries)[-1], verified(entries, tmp_path)[0]) == ("last", 0)


async def test_without_the_duplicate_as_a_judge_replicas_would_overwrite_each_other(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    async def blind(self: MemoryDocuments, document: dict[str, Any]) -> None:
        self._keep(document)

    monkeypatch.setattr(MemoryDocuments, "insert", blind)
    with pytest.raises(AssertionError):
        await test_replicas_that_append_at_once_make_one_chain_with_every_line(tmp_path)


@pytest.mark.parametrize("moment", ["before", "after"])
async def test_a_database_that_goes_away_loses_no_line_that_was_promised(moment: Moment, tmp_path: Path) -> None:
    documents = Watched(MemoryDocuments())
    log = AuditLog(documents)
    await written(log, "一")
    documents.fails["insert"] = moment
    if moment == "before":
        with pytest.raises(Unavailable):
            await written(log, "二")
    else:
        with pytest.raises(Unavailable):
            await written(log, "二")
        documents.fails.clear()
        assert told(await exported(log)) == ["一", "二"], "it was not promised, and stands there"
    documents.fails.clear()
    await written(log, "三")
    entries = await exported(AuditLog(documents))
    assert verified(entries, tmp_path)[0] == 0
    assert set(told(entries)) >= {"一", "三"}


async def test_entries_come_in_pages() -> None:
    log = AuditLog(MemoryDocuments())
    await written(log, "一", "二", "三")
    assert [each.n for each in await log.entries(1, 1)] == [2]
    assert await log.entries(3, 9) == []
    assert isinstance((await log.entries(0, 1))[0], Entry)
