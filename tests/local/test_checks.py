"""`make test`: one answer from the gate and from the two halves of everything else."""

from collections.abc import Sequence

import pytest

from deploy.local import checks


@pytest.mark.parametrize(
    ("gate", "rest", "beside", "answer"),
    [
        (0, 0, 0, 0),
        (0, 1, 0, 1),
        (0, 0, 1, 1),
        (0, 2, 1, 2),
        (5, 0, 5, 0),
        (5, 5, 0, 0),
        (5, 1, 5, 1),
        (5, 5, 5, 5),
    ],
)
def test_the_first_failure_is_the_answer_and_a_word_that_one_part_does_not_know_is_none(
    monkeypatch: pytest.MonkeyPatch, gate: int, rest: int, beside: int, answer: int
) -> None:
    answers = {checks.GATE: gate, "tests": rest, checks.BESIDE[0]: beside}

    def run(chosen: Sequence[str], arguments: Sequence[str], *, shown: bool = True) -> int:
        assert arguments == ["-k", "word"]
        return answers[chosen[0]]

    monkeypatch.setattr(checks, "_pytest", run)
    assert checks.test(["-k", "word"]) == answer


def test_without_the_gate_nothing_else_is_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    tried = list[str]()

    def run(chosen: Sequence[str], arguments: Sequence[str], *, shown: bool = True) -> int:
        tried.extend(chosen)
        return 1

    monkeypatch.setattr(checks, "_pytest", run)
    assert checks.test([]) == 1
    assert tried == [checks.GATE]
