"""Negative controls: the oracle goes red for each of the seven broken builds, and stays green for the sound one.

An oracle that never failed proves nothing. The faults are the same for both: only the build differs.
"""

from collections.abc import AsyncIterator
from types import SimpleNamespace

import pytest

from tests.faults.broken.builds import BUILDS
from tests.faults.broken.controls import CONTROLS, Control, trial
from tests.faults.broken.patching import Unfit, must_mention, patch
from tests.faults.lab.lab import Lab, opened

SEED = 20211201


@pytest.fixture(scope="module")
async def lab(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Lab]:
    async with opened(tmp_path_factory.mktemp("controls")) as made:
        yield made


@pytest.mark.timeout(240)
async def test_the_sound_build_survives_all_of_it_and_is_green(lab: Lab) -> None:
    outcome = await trial(lab, CONTROLS, SEED, broken=False)
    assert outcome.restless == ""
    assert outcome.verdict.green, outcome.verdict.as_json()
    assert outcome.verdict.counts["acked"] > 200
    assert outcome.verdict.counts["duplicates_in_topics"] > 0


@pytest.mark.timeout(120)
@pytest.mark.parametrize("control", CONTROLS, ids=[each.build for each in CONTROLS])
async def test_a_broken_build_is_found_out(lab: Lab, control: Control) -> None:
    outcome = await trial(lab, (control,), SEED, broken=True)
    assert outcome.restless == ""
    assert set(outcome.verdict.red) >= control.red, outcome.verdict.as_json()
    assert outcome.verdict.counts["acked"] > 100


def test_every_broken_build_has_its_control() -> None:
    assert [each.build for each in CONTROLS] == list(BUILDS)
    assert len(BUILDS) == 7


def test_a_patch_that_no_longer_fits_is_refused() -> None:
    def kept(one: int, two: int) -> int:
        return one + two

    owner = SimpleNamespace(kept=kept)
    with pytest.raises(Unfit, match="no renamed"):
        patch(owner, "renamed", "one two", lambda original: original)
    with pytest.raises(Unfit, match="takes"):
        patch(owner, "kept", "one", lambda original: original)
    with pytest.raises(Unfit, match="no longer mentions three"):
        must_mention(kept, "three")
    patch(owner, "kept", "one two", lambda original: lambda one, two: original(one, two) + 1)
    assert owner.kept(1, 2) == 4
