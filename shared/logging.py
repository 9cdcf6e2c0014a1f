"""Logs: one JSON object a line, an event name and fields. Never a body, a contact field or a token."""

import logging
import sys
from contextvars import ContextVar

import structlog

traceparent: ContextVar[str | None] = ContextVar("traceparent", default=None)
"""W3C trace context, carried from HTTP through Kafka headers and back."""


def configure(service: str) -> None:
    """Once, at the start of a process."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _with_trace,
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stdout),
        cache_logger_on_first_use=True,
    )
    structlog.contextvars.clear_contextvars()
    logging.basicConfig(stream=sys.stdout, level=logging.WARNING, format=_LIBRARY_FORMAT, force=True)
    get_logger().info("configured", service=service)


_LIBRARY_FORMAT = '{"event": "library", "logger": "%(name)s", "level": "%(levelname)s", "message": "%(message)s"}'


def get_logger() -> structlog.typing.FilteringBoundLogger:
    """The logger; the first argument of a call is the event's name in snake case."""
    logger: structlog.typing.FilteringBoundLogger = structlog.get_logger()
    return logger


def _with_trace(_logger: object, _method: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    trace = traceparent.get()
    if trace:
        event["trace"] = trace
    return event
