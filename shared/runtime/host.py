"""Runs one service as a process: settings, logs, event loop, exit code."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import uvloop
from pydantic import ValidationError

from shared.failpoints import arm
from shared.http.guard import UndeclaredPermission
from shared.logging import configure, get_logger
from shared.runtime.allocator import frugal
from shared.runtime.server import PortInUse
from shared.settings import ServiceSettings

S = TypeVar("S", bound=ServiceSettings)


def host(name: str, kind: type[S], main: Callable[[S], Awaitable[None]]) -> int:
    """0 after an orderly stop, 2 when the configuration is wrong; a crash is 1."""
    configure(name)
    frugal()
    try:
        settings = kind.read()
        arm(settings.failpoints)
    except ValueError as error:
        get_logger().error("configuration_refused", service=name, why=_reason(error))
        return 2
    get_logger().info("settings", **settings.model_dump(mode="json", exclude={"security": True, "mongo": {"url"}}))
    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(_awaited(main, settings))
    except PortInUse as error:
        get_logger().error("port_in_use", service=name, why=str(error))
        return 2
    except (ValueError, UndeclaredPermission) as error:
        get_logger().error("start_refused", service=name, why=str(error))
        return 2
    except Exception as crash:  # noqa: BLE001 the last line of the process: its supervisor starts it again
        get_logger().error("crashed", service=name, exc_info=crash)
        return 1
    return 0


async def _awaited(main: Callable[[S], Awaitable[None]], settings: S) -> None:
    await main(settings)


def _reason(error: Exception) -> str:
    if isinstance(error, ValidationError):
        return "; ".join(f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors())
    return str(error)
