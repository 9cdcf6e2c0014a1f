"""The check that what costs one document in a small collection costs one document in a large one."""

import statistics
import time
from collections.abc import Callable

from tests.engines.guarantees import Documentbase, Documents, holds

SMALL, LARGE = 100, 20_000
REPEATS = 40
MOST = 3.0  # times the cost; a walk through the large collection is far beyond it
WAITING = 3  # of them
BATCH = 2_000

Operation = Callable[[Documents, str], object]
OPERATIONS: dict[str, Operation] = {
    "find by _id": lambda all_, each: all_.find_one({"_id": each}),
    "find by a unique key": lambda all_, each: all_.find_one({"code": each}),
    "find by _id and rev": lambda all_, each: all_.find_one({"_id": each, "rev": 0}),
    "compare-and-set, lost": lambda all_, each: all_.replace_one({"_id": each, "rev": 9}, {"code": each}),
    "compare-and-set, won": lambda all_, each: all_.replace_one({"_id": each, "rev": 0}, {"rev": 1, "code": each}),
    "conditional update": lambda all_, each: all_.find_one_and_update(
        {"_id": each, "rev": {"$lt": 5}}, {"$inc": {"rev": 1}}
    ),
    "find what waits": lambda all_, _: list(all_.find({"waits": {"$gt": 0}})),
    "delete by _id and rev": lambda all_, each: all_.delete_one({"_id": each, "rev": 2}),
}


def cost_does_not_grow(database: Documentbase) -> None:
    """Time each operation on both collections in turn. Raises Broken at the first whose median grows."""
    small, large = _filled(database["small"], SMALL), _filled(database["large"], LARGE)
    for name, operation in OPERATIONS.items():
        ratio = _ratio(operation, small, large)
        holds(ratio <= MOST, f"{name}: {ratio:.1f} times the cost at {LARGE} documents of that at {SMALL}")


def _filled(documents: Documents, size: int) -> Documents:
    documents.create_index("code", unique=True)
    documents.create_index("waits")
    for first in range(0, size, BATCH):
        numbers = range(first, min(size, first + BATCH))
        documents.insert_many(
            [
                {"_id": f"d{n}", "rev": 0, "code": f"d{n}", "waits": int(n < WAITING), "state": "x" * 100}
                for n in numbers
            ]
        )
    return documents


def _ratio(operation: Operation, small: Documents, large: Documents) -> float:
    """Side by side, so that whatever else the machine does falls on both."""
    times: dict[str, list[float]] = {"small": [], "large": []}
    for repeat in range(REPEATS):
        times["small"].append(_timed(operation, small, f"d{repeat * SMALL // REPEATS}"))
        times["large"].append(_timed(operation, large, f"d{repeat * LARGE // REPEATS}"))
    return statistics.median(times["large"]) / statistics.median(times["small"])


def _timed(operation: Operation, documents: Documents, each: str) -> float:
    begun = time.perf_counter()
    operation(documents, each)
    return time.perf_counter() - begun
