"""Logs are JSON, one object a line, whoever logs; failures come without the values that they quote."""

import gc
import io
import json
import logging
import sys
import warnings
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from pydantic import TypeAdapter

from shared.errors import Conflict
from shared.logging import configure, described, get_logger, traceparent


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """What is logged; the tests' own configuration is restored."""
    gc.collect()  # or what earlier tests left unclosed is heard here, as a warning
    before, handlers = structlog.get_config(), logging.getLogger().handlers[:]
    out = io.StringIO()
    configure("registration", out)
    yield out
    structlog.configure(**before)
    get_logger.cache_clear()
    logging.captureWarnings(capture=False)
    logging.getLogger().handlers[:] = handlers


def lines(out: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(each) for each in out.getvalue().splitlines()]


def test_an_event_is_a_name_with_fields_and_the_trace(written: io.StringIO) -> None:
    token = traceparent.set("00-trace")
    get_logger().info("timer_rung", store="tally", late_seconds=0.5, 中文="可以")
    traceparent.reset(token)
    line = lines(written)[-1]
    assert (line["event"], line["store"], line["中文"], line["trace"]) == ("timer_rung", "tally", "可以", "00-trace")
    assert line["timestamp"].endswith("Z")


def test_libraries_are_heard_in_the_same_form(written: io.StringIO) -> None:
    logging.getLogger("aiokafka").error('say "hi"\nand %s', "bye")
    logging.getLogger("aiokafka").info("too quiet")
    warnings.warn("careful", stacklevel=1)
    heard = lines(written)[1:]
    assert [each["logger"] for each in heard] == ["aiokafka", "py.warnings"]
    assert heard[0]["message"] == 'say "hi"\nand bye'
    assert heard[0]["level"] == "error"


def failing(phone: str) -> None:
    try:
        int(phone)
    except ValueError as error:
        raise KeyError(phone) from error


def test_a_failure_is_its_kinds_and_places_without_the_values(written: io.StringIO) -> None:
    try:
        failing("张三13800001111")
    except KeyError as error:
        get_logger().error("request_failed", exc_info=error)
        get_logger().exception("again")
        logging.getLogger("uvicorn.error").exception("of %s", "张三13800001111")
    failures = [each for each in lines(written) if "failure" in each]
    assert len(failures) == 3
    for line in failures:
        assert line["failure"] == "KeyError < ValueError"
        assert "test_logging.py" in line["at"]
    assert "13800001111" not in written.getvalue()
    assert "张" not in written.getvalue()


def test_a_validation_error_quotes_nobody() -> None:
    with pytest.raises(ValueError, match="138") as quoting:
        TypeAdapter(dict[str, int]).validate_python({"张三": "x13800001111"})
    assert described(quoting.value)["failure"] == "ValidationError"


def test_our_own_refusals_are_said_whole_and_groups_by_their_members() -> None:
    assert described(Conflict("full", "已满。", "Full."))["failure"] == "Conflict: full: Full."
    group = ExceptionGroup("unhandled", [KeyError("13800001111"), Conflict("full", "已满。", "Full.")])
    said = described(group)["failure"]
    assert "KeyError" in said
    assert "full: Full." in said
    assert "13800001111" not in said


def test_a_failure_that_goes_in_circles_ends() -> None:
    one, other = ValueError("a"), ValueError("b")
    one.__cause__, other.__cause__ = other, one
    assert described(one)["failure"].count("ValueError") == 5


def test_nothing_to_explain_is_no_failure(written: io.StringIO) -> None:
    get_logger().error("plain", exc_info=None)
    get_logger().error("plain", exc_info=sys.exc_info()[1])
    assert all("failure" not in each for each in lines(written))
