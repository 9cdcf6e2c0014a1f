"""The application behind the routes."""

from typing import Annotated

from services.scoring.application import Application
from shared.http.application import served

App = Annotated[Application, served()]
