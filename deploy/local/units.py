"""Loads a district's units into a running registration service: the only data that `up` brings along."""

from collections.abc import Iterable
from typing import Any

import httpx

from deploy.data.models import Unit
from deploy.local.instance import Instance
from deploy.local.problems import LocalProblem
from deploy.local.tokens import mint


def put_units(instance: Instance, units: Iterable[Unit]) -> None:
    """PUT every unit that is not known yet. Raises LocalProblem with the first refusal.

    What is known may have been moved or renamed since: a restart must not put it back.
    """
    token = mint(instance.plan, subject="local-setup", roles=["administrator"])
    headers = {"Authorization": f"Bearer {token}"}
    root = instance.addresses.services["registration"]
    with httpx.Client(base_url=root, headers=headers, timeout=10, trust_env=False) as client:
        known = {each["id"] for each in _answered(client.get("/registration/v1/units"))["units"]}
        for unit in units:
            if unit.id in known:
                continue
            body = unit.model_dump(mode="json", exclude={"id"})
            _answered(client.put(f"/registration/v1/units/{unit.id}", json=body), unit.id)


def _answered(answer: httpx.Response, unit_id: str = "") -> dict[str, Any]:
    if answer.is_error:
        raise LocalProblem(f"Registration refused unit {unit_id}: {answer.status_code} {answer.text[:500]}")
    return dict(answer.json())
