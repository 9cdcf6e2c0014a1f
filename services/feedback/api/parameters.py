"""What several operations take from a request."""

from typing import Annotated

from fastapi import Depends, Header, Request

from services.feedback.api.requests import Id
from services.feedback.application import Application


async def _application(request: Request) -> Application:
    application: Application = request.app.state.application
    return application


App = Annotated[Application, Depends(_application)]
ActivityId = Id
OpinionId = Id
ClaimCode = Annotated[str | None, Header(alias="Claim-Code", max_length=20)]
"""The code that was given with the receipt."""
