"""The application behind the routes, and what several of them take from a request."""

from typing import Annotated

from fastapi import Header

from services.feedback.api.schemas.requests import Id
from services.feedback.application import Application
from shared.http.application import served

App = Annotated[Application, served()]
ActivityId = Id
OpinionId = Id
ClaimCode = Annotated[str | None, Header(alias="Claim-Code", max_length=20)]
"""The code that was given with the receipt."""
