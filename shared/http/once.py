"""`Idempotency-Key` and `If-Match`: what makes a second click, a retry or a stale form harmless."""

import base64
import hashlib
import json
from typing import Annotated

from fastapi import Depends, Header, Request

from shared.commands import Once
from shared.errors import Invalid


async def _once(
    request: Request,
    key: Annotated[
        str | None, Header(alias="Idempotency-Key", min_length=8, max_length=100, pattern=r"^[\x21-\x7e]+$")
    ] = None,
) -> Once | None:
    if key is None:
        return None
    sent_by = request.headers.get("authorization", "")
    body = await request.body()
    scope = hashlib.sha256(f"{request.method} {request.scope['path']}\n{_subject(sent_by)}\n{key}".encode()).hexdigest()
    return Once(scope, hashlib.sha256(body).hexdigest())


async def _version(etag: Annotated[str | None, Header(alias="If-Match", max_length=40)] = None) -> int | None:
    if etag is None or etag == "*":
        return None
    text = etag.strip().strip('"')
    if not text.isdigit():
        raise Invalid("etag_invalid", "If-Match 须为上次读取时的 ETag。", "If-Match must be the ETag that was read.")
    return int(text)


def etag(version: int) -> str:
    """The entity tag of a version."""
    return f'"{version}"'


def _subject(authorization: str) -> str:
    """Who sends, without their token's signature or times: the same person may repeat with a fresh token."""
    try:
        payload = authorization.partition(" ")[2].split(".")[1]
        return str(json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))["sub"])
    except (IndexError, ValueError, KeyError, TypeError):
        return "public"


OnceKey = Annotated[Once | None, Depends(_once)]
"""The request's `Idempotency-Key`, bound to its sender, route and body; optional."""

IfMatch = Annotated[int | None, Depends(_version)]
"""The version that the caller has seen; optional."""
