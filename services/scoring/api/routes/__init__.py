"""Scoring's operations, one module per noun: request → command → answer."""

from fastapi import APIRouter

from services.scoring.api.routes import claims, scorecards, years

router = APIRouter()
for each in (years, scorecards, claims):
    router.include_router(each.router)
