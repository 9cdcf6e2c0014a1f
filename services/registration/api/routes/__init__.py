"""Registration's operations, one module per noun: request → command → answer.

Routes are tried one after another, so what is called most comes first.
"""

from fastapi import APIRouter

from services.registration.api.routes import (
    activities,
    audit,
    calendar,
    door,
    draws,
    exports,
    joint,
    notices,
    offers,
    plan_versions,
    plans,
    programmes,
    reconfirmations,
    retention,
    rosters,
    subjects,
    supervision,
    tickets,
    units,
    uploads,
)
from services.registration.api.routes.uploads import UPLOADS

__all__ = ["UPLOADS", "router"]

router = APIRouter()
for each in (
    rosters,
    door,
    draws,
    tickets,
    activities,
    calendar,
    exports,
    notices,
    offers,
    plans,
    joint,
    plan_versions,
    supervision,
    programmes,
    retention,
    reconfirmations,
    subjects,
    audit,
    units,
    uploads,
):
    router.include_router(each.router)
