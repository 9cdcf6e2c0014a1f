"""From a quiet district, its ledger and what a row injected, to a verdict."""

from pathlib import Path

from tests.faults.oracle.expected import Expected
from tests.faults.oracle.findings import POINTS, Verdict
from tests.faults.oracle.where import Where

__all__ = ["POINTS", "Expected", "Verdict", "judge"]


def judge(where: Where, ledger: Path, expected: Expected | None = None) -> Verdict:
    """The ten points (`wait_quiet` first). Blocks. Raises TopicsAway, PyMongoError or httpx.HTTPError."""
    raise NotImplementedError
