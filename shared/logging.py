"""Logs: one JSON object a line, an event name and fields. Never a body, a contact field or a token."""

import json
import logging
import sys
import traceback
from contextvars import ContextVar
from datetime import UTC, datetime
from functools import cache
from types import TracebackType
from typing import TextIO

import structlog

traceparent: ContextVar[str | None] = ContextVar("traceparent", default=None)
"""W3C trace context, carried from HTTP through Kafka headers and back."""

CAUSES = 5  # of a failure that are named
FRAMES = 12  # innermost frames of a traceback that are worth a line


def configure(service: str, out: TextIO | None = None) -> None:
    """Once, at the start of a process; to standard output unless told otherwise."""
    out = out or sys.stdout
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _with_trace,
            _with_failure,
            structlog.processors.JSONRenderer(ensure_ascii=False, default=str),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(out),
        cache_logger_on_first_use=True,
    )
    get_logger.cache_clear()
    structlog.contextvars.clear_contextvars()
    handler = logging.StreamHandler(out)
    handler.setFormatter(LibraryLines())
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    logging.captureWarnings(capture=True)
    get_logger().info("configured", service=service)


@cache  # to make one costs more than to write a line with it
def get_logger() -> structlog.typing.FilteringBoundLogger:
    """The logger; the first argument of a call is the event's name in snake case."""
    logger: structlog.typing.FilteringBoundLogger = structlog.get_logger()
    return logger


class LibraryLines(logging.Formatter):
    """What libraries log through `logging`, as lines of the same form; failures without their messages."""

    def format(self, record: logging.LogRecord) -> str:
        """One JSON object."""
        line = {
            "event": "library",
            "logger": record.name,
            "level": record.levelname.lower(),
            "message": record.getMessage(),
            "timestamp": datetime.fromtimestamp(record.created, UTC).isoformat().replace("+00:00", "Z"),
        }
        if record.exc_info and record.exc_info[1]:
            line |= described(record.exc_info[1])
            line["message"] = str(record.msg).splitlines()[0][:200]  # without its arguments
        return json.dumps(line, ensure_ascii=False)


def described(failure: BaseException) -> dict[str, str]:
    """Kinds and places of a failure and of its causes. Messages are left out: they quote values, also people's."""
    chain = [failure]
    while len(chain) < CAUSES and (cause := _cause(chain[-1])):
        chain.append(cause)
    return {"failure": " < ".join(map(_kind, chain)), "at": " < ".join(_frames(failure.__traceback__))}


def _cause(failure: BaseException) -> BaseException | None:
    return failure.__cause__ or (None if failure.__suppress_context__ else failure.__context__)


def _kind(failure: BaseException) -> str:
    inner = ""
    if isinstance(failure, BaseExceptionGroup):
        inner = "(" + ", ".join(" ".join(described(each).values()) for each in failure.exceptions) + ")"
    own = type(failure).__module__.startswith("shared.")  # ours quote nobody
    return f"{type(failure).__name__}{inner}" + (f": {failure}" if own and not inner else "")


def _frames(trace: TracebackType | None) -> list[str]:
    found = traceback.extract_tb(trace)[-FRAMES:]
    return [f"{each.filename.rpartition('site-packages/')[2]}:{each.lineno} {each.name}" for each in reversed(found)]


def _with_trace(_logger: object, _method: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    trace = traceparent.get()
    if trace:
        event["trace"] = trace
    return event


def _with_failure(_logger: object, _method: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    failure = event.pop("exc_info", None)
    if failure is True:
        failure = sys.exc_info()[1]
    if isinstance(failure, BaseException):
        event.update(described(failure))
    return event
