"""How a route reaches the Application."""

from typing import Annotated

from fastapi import Depends, Request

from services.registration.application import Application


async def _application(request: Request) -> Application:
    application: Application = request.app.state.application
    return application


App = Annotated[Application, Depends(_application)]
