"""The harness itself: it judges by what it measured, keeps its history, and reports nothing after a wrong answer."""

import asyncio
import random
from pathlib import Path

import pytest

from shared.events.catalogue import CONTRACTS
from shared.events.envelope import Envelope
from tests.bench import report
from tests.bench.__main__ import main
from tests.bench.client import Outcome, load, must_be_created, post
from tests.bench.figures import Figure, Measure, Measured, Scale, Unexpected
from tests.bench.measures import MEASURES
from tests.bench.year import JUDGED, Year


def measured(rate: float, bare: float | None = 100.0) -> Measured:
    return Measured((Figure("k9.rate", "things", "/s", rate, 1.2, bare, wanted="at least"),), ("A note.",))


def measure(result: Measured | Unexpected, why: str = "") -> dict[str, Measure]:
    def run(_: Scale) -> Measured:
        if isinstance(result, Unexpected):
            raise result
        return result

    return {"k9": Measure("k9", "Things", "at least 1.2", run, (lambda: why) if why else None)}


def test_a_goal_is_held_against_the_ratio_or_against_the_figure_itself_unrounded() -> None:
    assert Figure("a", "a", "s", 119.9, 1.2, 100.0, "at least").met is False
    assert Figure("a", "a", "s", 120.0, 1.2, 100.0, "at least").met is True
    assert Figure("a", "a", "s", 5.001, 5.0).met is False
    assert Figure("a", "a", "s", 5.0, 5.0).met is True


def test_a_missed_goal_is_reported_with_its_reason_and_is_no_failure(tmp_path: Path) -> None:
    assert main(["--out", str(tmp_path)], measure(measured(90), why="It waits.")) == 0
    told = (tmp_path / report.REPORT).read_text()
    assert "| things | 90.00 /s | 100 /s | 0.90 | ≥ 1.2 | **missed** |" in told
    assert "It waits." in told


def test_the_reason_is_left_out_when_the_goal_is_met(tmp_path: Path) -> None:
    assert main(["--out", str(tmp_path)], measure(measured(130), why="It waits.")) == 0
    assert "It waits." not in (tmp_path / report.REPORT).read_text()


def test_after_a_wrong_answer_nothing_is_written_and_the_run_has_failed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--out", str(tmp_path)], measure(Unexpected("503 instead of 201"))) == 1
    assert list(tmp_path.iterdir()) == []
    assert "503 instead of 201" in capsys.readouterr().err


def test_a_run_of_some_measures_writes_nothing(tmp_path: Path) -> None:
    assert main(["k9", "--out", str(tmp_path)], measure(measured(130))) == 0
    assert list(tmp_path.iterdir()) == []


def test_every_full_run_leaves_a_line_and_the_report_shows_the_last_ones(tmp_path: Path) -> None:
    for rate in (130, 125, 61):
        main(["--out", str(tmp_path)], measure(measured(rate)))
    assert [each["k9.rate"] for each in report.past(tmp_path / report.HISTORY)] == ["1.300", "1.250", "0.610"]
    (shown,) = (each for each in (tmp_path / report.REPORT).read_text().splitlines() if each.startswith("| k9.rate"))
    assert shown == "| k9.rate | 1.300 | 1.250 | 0.610 |"


def test_a_new_figure_leaves_older_lines_as_they_were(tmp_path: Path) -> None:
    main(["--out", str(tmp_path)], measure(measured(130)))
    more = Measured((*measured(125).figures, Figure("k9.more", "more", "s", 1.0, 2.0)))
    main(["--out", str(tmp_path)], measure(more))
    first, second = report.past(tmp_path / report.HISTORY)
    assert (first["k9.rate"], first["k9.more"]) == ("1.300", "")
    assert (second["k9.rate"], second["k9.more"]) == ("1.250", "1.000")


def test_each_measure_says_its_title_and_goal() -> None:
    assert list(MEASURES) == [*(f"k{number}" for number in range(1, 8)), "rush"]
    assert all(each.title and each.goal for each in MEASURES.values())


def test_a_year_is_whole_ordered_and_made_of_real_contracts() -> None:
    year = Year("y", "t", random.Random(1)).told_by(5)
    last: dict[str, int] = {}
    judged = 0
    for message in year.messages():
        envelope = Envelope.read(message.headers)
        fact = CONTRACTS[envelope.type].model_validate_json(message.value or b"")
        assert envelope.sequence == last.get(envelope.aggregate, 0) + 1
        assert message.key == fact.key.encode()
        last[envelope.aggregate] = envelope.sequence
        judged += isinstance(fact, JUDGED)
    assert judged == year.judged > 0


async def test_a_load_whose_answers_were_not_201_is_refused() -> None:
    async def refusing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readline()
        writer.write(b"HTTP/1.1 503 Service Unavailable\r\ncontent-length: 2\r\n\r\n{}")

    server = await asyncio.start_server(refusing, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        told = await load(port, [post("/x", {})], clients=1)
    assert told.answers == {503: 1}
    with pytest.raises(Unexpected, match="503"):
        must_be_created(told, 1)
    must_be_created(Outcome({201: 1}, 1.0, (1.0,)), 1)
