"""Feedback's operations, room by room."""

from fastapi import APIRouter

from services.feedback.api import opinion_routes, register_routes, step_routes

router = APIRouter()
router.include_router(opinion_routes.router)
router.include_router(step_routes.router)
router.include_router(register_routes.router)
