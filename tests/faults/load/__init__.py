"""Bounded, seeded load of real commands through HTTP, each in the ledger before it is sent.

    scene = await prepare(where, seed, ledger)          # nothing is broken yet
    traffic = await run(scene, ledger, commands=2000)   # while faults come and go
    await settle(scene, ledger)                         # healed: every unknown again, with the same key

It imports nothing of the house. Tokens of unit roles must act for all of `UNITS`.
"""

from tests.faults.load.names import ROLES, UNITS
from tests.faults.load.preparing import SMALL, prepare
from tests.faults.load.running import run
from tests.faults.load.scene import Scene
from tests.faults.load.settling import settle
from tests.faults.load.traffic import Traffic

__all__ = ["ROLES", "SMALL", "UNITS", "Scene", "Traffic", "prepare", "run", "settle"]
