"""The public view of open points: read over HTTP as anybody may, and compared with what the facts add up to."""

from collections.abc import Iterator
from typing import Any

import httpx

from tests.history.activities import Activity, phases_to_show
from tests.history.point import Point

View = dict[str, Any]


class NotRegistration(Exception):
    """Something else answers at this address."""


class Public:
    """The public interface of registration at `client`'s address. Raises httpx.HTTPError and NotRegistration."""

    def __init__(self, client: httpx.Client) -> None:
        self._client = client

    def points(self, only: str | None) -> dict[str, str]:
        """Open point → activity, of every activity shown, or of one."""
        try:
            return {point["id"]: each["id"] for each in self._activities(only) for point in each["open_points"]}
        except (KeyError, TypeError) as error:
            raise NotRegistration(f"this is not registration's list of activities: {error}") from error

    def point(self, point_id: str) -> View | None:
        """None when there is no such open point."""
        return self._get(f"/open-points/{point_id}")

    def proof(self, point_id: str) -> View | None:
        """Of a draw, from its commitment on."""
        return self._get(f"/open-points/{point_id}/draws/proof")

    def _activities(self, only: str | None) -> Iterator[View]:
        """One, or all of them page by page."""
        if only:
            found = self._get(f"/activities/{only}")
            yield from [found] if found else []
            return
        cursor: str | None = ""
        while cursor is not None:
            page = self._get("/activities", **({"cursor": cursor} if cursor else {})) or {}
            yield from page["activities"]
            cursor = page.get("next")

    def _get(self, path: str, **asked: str) -> View | None:
        answer = self._client.get(f"/registration/v1{path}", params=asked)
        if answer.status_code == httpx.codes.NOT_FOUND:
            return None
        try:
            return dict(answer.raise_for_status().json())
        except ValueError as error:
            raise NotRegistration(f"this is not JSON of registration's: {path}") from error


def differences(view: View | None, point: Point, activity: Activity) -> Iterator[tuple[str, str]]:
    """What the facts add up to, and what is shown instead."""
    if view is None:
        yield "an open point", "404"
        return
    draw, composition = view.get("draw") or {"held": False}, view.get("composition", {})
    folded: dict[str, object] = {
        "activity_id": point.activity,
        "cap": point.cap,
        "confirmed": {category: count for category, count in point.seats.items() if count},
        "waiting": point.waiting.total(),
        "offered": point.offered.total(),
        "composition": (point.residents, point.total, not point.short_by, point.short_by),
        "waived": point.waived,
        "draw": (point.reveal is not None, point.seed_digest, point.reveal["seed"] if point.reveal else None),
    }
    shown: dict[str, object] = {
        **{name: view.get(name) for name in ("activity_id", "cap", "waiting", "waived")},
        "offered": view.get("offered", 0),
        "confirmed": {category: count for category, count in view.get("confirmed", {}).items() if count},
        "composition": tuple(composition.get(name) for name in ("residents", "total", "met", "short_by")),
        "draw": (draw.get("held"), draw.get("seed_digest"), draw.get("seed")),
    }
    for name, value in folded.items():
        if shown[name] != value:
            yield f"{name} {value}", f"{shown[name]}"
    phases = phases_to_show(point, activity)
    if view.get("phase") not in phases:
        yield f"phase {' or '.join(sorted(phases))}", f"{view.get('phase')}"
