"""Reporting's operations, one module per noun: request → command → answer."""

from fastapi import APIRouter

from services.reporting.api.routes import files, material_sets, publicity, statistics
from services.reporting.api.routes.files import UPLOADS

__all__ = ["UPLOADS", "router"]

router = APIRouter()
for each in (material_sets, files, publicity, statistics):
    router.include_router(each.router)
