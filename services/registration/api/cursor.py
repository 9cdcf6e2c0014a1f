"""Where the next page of the activities begins, as a text that means nothing to whoever sends it back."""

import base64
import json
from typing import Annotated

from fastapi import Query
from pydantic import TypeAdapter

from services.registration.application.listing import Mark
from shared.errors import Invalid

_MARK: TypeAdapter[tuple[int, bool, int, str]] = TypeAdapter(tuple[int, bool, int, str])

Cursor = Annotated[str | None, Query(max_length=200, pattern=r"^[A-Za-z0-9_-]+$", description="`next` of a page.")]


def written(mark: Mark) -> str:
    """For the answer."""
    return base64.urlsafe_b64encode(json.dumps(mark).encode()).decode().rstrip("=")


def read(cursor: str | None) -> Mark | None:
    """From the request. Raises Invalid for what was never given out."""
    if cursor is None:
        return None
    try:
        raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        return Mark(*_MARK.validate_json(raw, strict=True))
    except ValueError:
        raise Invalid(
            "cursor_invalid",
            "分页标记无效，请从第一页重新开始。",
            "This is no cursor of ours; begin with the first page.",
        ) from None
