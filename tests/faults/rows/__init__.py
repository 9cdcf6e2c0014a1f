"""The faults, one small module each: what is done, and what is expected beyond the judge's ten points."""

from tests.faults.lab.trial import Row
from tests.faults.rows import (
    armed,
    broker_away,
    damaged,
    database_away,
    f04_random_kills,
    network,
    oversize,
    poison,
    repeated,
    replicas,
    stops,
    three_brokers,
)

_ALL = (
    armed.F1,
    armed.F2,
    armed.F3,
    f04_random_kills.BRIEF,
    f04_random_kills.LONG,
    broker_away.F5,
    broker_away.F5_MINUTE,
    broker_away.F5_TEN_MINUTES,
    broker_away.F5_FROZEN,
    three_brokers.F6,
    three_brokers.F7,
    database_away.F8,
    network.F9,
    network.F10,
    network.F11,
    repeated.F12,
    repeated.F14,
    network.F17,
    poison.F18,
    oversize.F19,
    replicas.F20,
    replicas.F22,
    damaged.F23,
    stops.TERM,
    stops.TERM_AWAY,
)
ROWS: dict[str, Row] = {row.name: row for row in _ALL}
"""By name."""
SELECTION = [
    ROWS[name] for name in ("F1", "F3", "F4", "F5", "F8", "F9", "F11", "F12", "F14", "F18", "F20", "F22", "F23")
]
"""What every test run plays: each kind of harm once, one broker, within a few minutes."""
