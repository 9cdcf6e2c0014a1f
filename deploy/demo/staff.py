"""Who works on the open days: clerks and reviewers of the units, the Open Government Office, the assessor."""

from dataclasses import dataclass

from shared.security.permissions import Role


@dataclass(frozen=True)
class Principal:
    """A member of staff, as their token says."""

    subject: str
    roles: tuple[Role, ...]
    units: tuple[str, ...] = ()


ADMINISTRATOR = Principal("administrator", ("administrator",))
OFFICE = Principal("office", ("office",))
ASSESSOR = Principal("assessor", ("assessor",))
AUDITOR = Principal("auditor", ("auditor",))


def clerk(unit_id: str) -> Principal:
    """Who does a unit's work."""
    return Principal(f"clerk-{unit_id}", ("unit_clerk",), (unit_id,))


def reviewer(unit_id: str) -> Principal:
    """Who reviews what the unit's clerk wrote."""
    return Principal(f"reviewer-{unit_id}", ("unit_reviewer",), (unit_id,))
