"""The history checker over a service under test."""

import asyncio
from typing import Any

from tests.history.check import PATIENCE, Where, check
from tests.history.findings import Verdict
from tests.support.service import Running


def where(service: Running, **other: Any) -> Where:
    """Its installation; `other` fields of `Where` replace the known ones."""
    known = {"kafka": service.district.bootstrap, "api": str(service.http.base_url), "prefix": service.district.name}
    return Where(**{**known, **other})


async def checked(service: Running, patience: float = PATIENCE, **other: Any) -> Verdict:
    """What the checker says of it, beside the loop."""
    return await asyncio.to_thread(check, where(service, **other), patience)
