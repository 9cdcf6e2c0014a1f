"""Tokens for people who try things out: signed by an instance's own issuer key, refused in production."""

from collections.abc import Iterable

from deploy.local.plan import Plan
from deploy.local.problems import LocalProblem
from shared.security import secrets
from shared.security.issuer import LocalIssuer
from shared.security.permissions import Role


def mint(plan: Plan, *, subject: str, roles: Iterable[Role], units: Iterable[str] = ()) -> str:
    """A bearer token that the services of this instance accept. Raises LocalProblem in the production profile."""
    try:
        if plan.profile != "production":
            secrets.ensure(plan.folders.secrets)
        issuer = LocalIssuer(plan.folders.secrets, plan.profile)
    except ValueError as refusal:
        raise LocalProblem(f"Instance {plan.name}: {refusal}.") from refusal
    return issuer.mint(subject=subject, roles=roles, units=units)
