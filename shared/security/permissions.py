"""Roles and permissions: default deny. A route names the permission it needs, or the service does not start."""

from dataclasses import dataclass
from typing import Literal, get_args

Role = Literal["administrator", "office", "assessor", "unit_clerk", "unit_reviewer", "auditor"]
"""administrator: units and settings · office: the Open Government Office · assessor: scores
· unit_clerk, unit_reviewer: one's own units · auditor: reads everything, changes nothing."""

ROLES: tuple[Role, ...] = get_args(Role)
Scope = Literal["district", "own_units", "public"]


@dataclass(frozen=True)
class Permission:
    """An action and who may do it. `own_units`: unit roles only for objects of their units, checked by the handler."""

    name: str
    roles: frozenset[Role]
    scope: Scope

    @property
    def public(self) -> bool:
        """Whether no token is needed."""
        return self.scope == "public"


def district(name: str, *roles: Role) -> Permission:
    """For roles that reach over the whole district."""
    return Permission(name, frozenset(roles), "district")


def own_units(name: str, *roles: Role) -> Permission:
    """For roles whose reach is their own units (district roles among them reach everywhere)."""
    return Permission(name, frozenset(roles), "own_units")


def public(name: str, *staff: Role) -> Permission:
    """For everyone; what may be seen or done is the handler's business (claim codes). `staff` act as staff here."""
    return Permission(name, frozenset(staff), "public")
