"""`/livez`, `/readyz`, `/metrics`: for orchestrators and monitoring, outside the documented API."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse

from shared.errors import Problem
from shared.logging import get_logger
from shared.metrics import Metrics
from shared.metrics.registry import CONTENT_TYPE

PATIENCE = 2.5  # seconds for all checks together: a probe is answered within three
RETRY_AFTER = "3"
Check = Callable[[], Awaitable[None]]


@dataclass
class Health:
    """Whether this process lives (its loop turns) and is ready (its checks pass and it is not stopping)."""

    metrics: Metrics
    checks: dict[str, Check] = field(default_factory=dict)
    stopping: bool = False

    async def failing(self) -> dict[str, str]:
        """What is not ready, and why."""
        if self.stopping:
            return {"process": "stopping"}
        names, results = list(self.checks), await asyncio.gather(*map(_outcome, self.checks.values()))
        return {name: result for name, result in zip(names, results, strict=True) if result}

    def routes(self) -> APIRouter:
        """The three routes."""
        router = APIRouter(include_in_schema=False)

        @router.get("/livez")
        async def livez() -> dict[str, str]:
            return {"status": "alive"}

        @router.get("/readyz")
        async def readyz() -> JSONResponse:
            failing = await self.failing()
            self.metrics.set("ready", 0 if failing else 1)
            headers = {"Retry-After": RETRY_AFTER} if failing else None
            return JSONResponse({"ready": not failing, "failing": failing}, 503 if failing else 200, headers)

        @router.get("/metrics")
        async def metrics() -> Response:
            return Response(self.metrics.expose(), media_type=CONTENT_TYPE)

        return router


async def _outcome(check: Check) -> str | None:
    try:
        await asyncio.wait_for(check(), PATIENCE)
    except Problem as problem:
        return problem.code
    except TimeoutError:
        return "timeout"
    except Exception as error:  # noqa: BLE001 whatever a dependency does, the probe answers
        get_logger().error("check_failed", exc_info=error)
        return "failed"
    return None
