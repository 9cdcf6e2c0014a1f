"""The audit log, for auditors: as lines that `docs/audit/verify.py` checks."""

import json
from typing import Annotated

from fastapi import APIRouter, Query, Response

from services.registration.api import permissions as may
from services.registration.api.routes.application import App
from shared.commands import Actor
from shared.http.guard import requires

router = APIRouter(prefix="/audit", tags=["audit"])

NDJSON = "application/x-ndjson"


@router.get("", response_class=Response, responses={200: {"content": {NDJSON: {"schema": {"type": "string"}}}}})
async def get_audit(
    app: App,
    _: Annotated[Actor, requires(may.AUDIT_READ)],
    after: Annotated[int, Query(ge=0)] = 0,
    limit: Annotated[int, Query(ge=1, le=2000)] = 1000,
) -> Response:
    """Who did and who saw what, one entry a line: `n`, `said` (JSON) and `digest`. `after` is the last `n` seen.

    An answer holds some 2 MB, so it may be shorter than `limit`: ask again until it is empty.
    """
    found = await app.keeping.audit(after, limit)
    lines = (json.dumps({"n": n, "said": said, "digest": digest}, ensure_ascii=False) for n, said, digest in found)
    return Response("".join(f"{each}\n" for each in lines), media_type=NDJSON)
