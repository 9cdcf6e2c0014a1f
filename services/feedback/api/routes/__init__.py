"""Feedback's operations, one module per noun: request → command → answer."""

from fastapi import APIRouter

from services.feedback.api.routes import opinions, registers, steps

router = APIRouter()
for each in (opinions, steps, registers):
    router.include_router(each.router)
