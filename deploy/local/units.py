"""Loads a district's units into a running registration service: the only data that `up` brings along."""

from collections.abc import Iterable

import httpx

from deploy.data.models import Unit
from deploy.local.instance import Instance
from deploy.local.problems import LocalProblem
from deploy.local.tokens import mint


def put_units(instance: Instance, units: Iterable[Unit]) -> None:
    """PUT every unit; repeating it changes nothing. Raises LocalProblem with the first refusal."""
    token = mint(instance.plan, subject="local-setup", roles=["administrator"])
    headers = {"Authorization": f"Bearer {token}"}
    root = instance.addresses.services["registration"]
    with httpx.Client(base_url=root, headers=headers, timeout=10, trust_env=False) as client:
        for unit in units:
            body = unit.model_dump(mode="json", exclude={"id"})
            answer = client.put(f"/registration/v1/units/{unit.id}", json=body)
            if answer.is_error:
                raise LocalProblem(f"Registration refused unit {unit.id}: {answer.status_code} {answer.text[:500]}")
