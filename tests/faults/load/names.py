"""The units of a trial, and who acts in it."""

UNITS = tuple(f"fault-unit-{number}" for number in range(1, 7))
ROLES = ("administrator", "office", "unit_clerk", "unit_reviewer", "assessor", "auditor")
"""The tokens that a trial needs, each of a subject of its own; `unit_clerk` and `unit_reviewer` of all `UNITS`."""
