"""How a route reaches its service's Application."""

from typing import Any

from fastapi import Depends, Request


async def _application(request: Request) -> Any:
    return request.app.state.application


def served() -> Any:
    """`App = Annotated[Application, served()]`."""
    return Depends(_application)
