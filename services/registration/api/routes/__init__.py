"""Registration's operations, one module per noun: request → command → answer."""

from fastapi import APIRouter

from services.registration.api.routes import activities, plans, rosters, units

router = APIRouter()
for each in (units, plans, activities, rosters):
    router.include_router(each.router)
