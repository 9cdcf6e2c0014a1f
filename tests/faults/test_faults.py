"""The selection that every test run plays: each short fault once, seeded, on one district, judged after each."""

from pathlib import Path

import pytest

from tests.faults.lab.go import why_not
from tests.faults.lab.lab import opened
from tests.faults.lab.result import Result
from tests.faults.lab.trial import series
from tests.faults.rows import ROWS, SELECTION

SEED = 20211111
PATIENCE = 900  # seconds; a red row costs its whole patience, and the others go on after it

pytestmark = pytest.mark.timeout(PATIENCE)


@pytest.fixture(scope="module")
async def played(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Result]:
    """Every row of the selection that can be played here, by name."""
    possible = [row for row in SELECTION if not (row.proxied and why_not())]
    folder: Path = tmp_path_factory.mktemp("faults")
    async with opened(folder) as lab:
        return {each.row: each for each in await series(lab, possible, SEED)}


@pytest.mark.parametrize("name", [row.name for row in SELECTION])
def test_the_promise_is_kept_under(name: str, played: dict[str, Result]) -> None:
    if ROWS[name].proxied and why_not():
        pytest.skip(why_not())
    result = played[name]
    assert result.injected, "nothing was done"
    assert result.counts["acked"] > 100, "hardly anything was acknowledged: a judge of nothing is always content"
    assert result.green, f"make fault ROW={name} SEED={SEED}\n{result.why}"
