"""Problems as `application/problem+json` (RFC 9457): stable code, a sentence in the reader's language, no echo."""

import re
from collections.abc import Sequence
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from shared.errors import Problem
from shared.logging import get_logger, traceparent

MEDIA_TYPE = "application/problem+json"
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,40}")


class ProblemBody(BaseModel):
    """What every refusal looks like."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    facts: dict[str, Any] | None = None
    errors: list[dict[str, str]] | None = None
    trace: str | None = None


_STATUS = {
    400: ("malformed_request", "请求格式有误。", "The request is malformed."),
    404: ("no_such_route", "没有这个地址。", "No such address."),
    405: ("method_not_allowed", "此地址不支持该操作。", "This address does not allow that method."),
    413: ("too_large", "内容过大，请精简后重试。", "The body is too large; send less."),
}
_INTERNAL = (
    "internal",
    "服务出现问题，已记录，请稍后重试。",
    "Something went wrong on our side; it has been recorded.",
)

_WHAT = (
    ("missing", "缺少此项", "is required"),
    ("extra_forbidden", "未知字段", "is not a known field"),
    ("too_long", "内容过长", "is too long"),
    ("too_short", "内容过短", "is too short"),
    ("pattern", "格式不符", "has the wrong form"),
    ("timezone", "时间须带时区", "needs a time zone"),
    ("type", "类型不符", "has the wrong type"),
    ("parsing", "类型不符", "has the wrong type"),
    ("enum", "不在可选范围内", "is not one of the allowed values"),
    ("literal", "不在可选范围内", "is not one of the allowed values"),
    ("than", "超出范围", "is out of range"),
)


def install(app: FastAPI) -> None:
    """Every error of `app` becomes a problem."""
    app.add_exception_handler(Problem, _problem)  # type: ignore[arg-type]
    app.add_exception_handler(RequestValidationError, _invalid)  # type: ignore[arg-type]
    app.add_exception_handler(HTTPException, _http)  # type: ignore[arg-type]
    app.add_exception_handler(Exception, _internal)


def answer(request_headers: Any, problem: Problem, errors: list[dict[str, str]] | None = None) -> JSONResponse:
    """The response for `problem`, in the language that was asked for."""
    detail = problem.sentence.en if _english(request_headers) else problem.sentence.zh
    body = ProblemBody(
        type=f"urn:openday:problem:{problem.code}",
        title=problem.code.replace("_", " "),
        status=problem.status,
        code=problem.code,
        detail=detail,
        facts=problem.facts or None,
        errors=errors,
        trace=traceparent.get(),
    )
    retry_after = getattr(problem, "retry_after", None)
    headers = {"Retry-After": str(retry_after)} if retry_after else {}
    if problem.status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    content = body.model_dump(mode="json", exclude_none=True)
    return JSONResponse(content, problem.status, headers=headers, media_type=MEDIA_TYPE)


async def _problem(request: Request, error: Problem) -> JSONResponse:
    return answer(request.headers, error)


async def _invalid(request: Request, error: RequestValidationError) -> JSONResponse:
    found = error.errors()
    if any(each["type"] == "json_invalid" for each in found):
        return answer(request.headers, _as_problem(400, *_STATUS[400]))
    english = _english(request.headers)
    places = [{"where": _place(each["loc"]), "what": _what(each["type"], english=english)} for each in found[:20]]
    problem = _as_problem(
        422, "invalid_request", "有内容填写不正确，请按提示修改。", "Some values are wrong; see errors."
    )
    return answer(request.headers, problem, places)


async def _http(request: Request, error: HTTPException) -> JSONResponse:
    return answer(request.headers, _as_problem(error.status_code, *_STATUS.get(error.status_code, _STATUS[400])))


async def _internal(request: Request, error: Exception) -> JSONResponse:
    get_logger().error("request_failed", cause=type(error).__name__, exc_info=error)
    return answer(request.headers, _as_problem(500, *_INTERNAL))


def _as_problem(status: int, code: str, zh: str, en: str) -> Problem:
    problem = Problem(code, zh, en)
    problem.status = status
    return problem


def _english(headers: Any) -> bool:
    return str(headers.get("accept-language", "")).lower().startswith("en")


def _place(location: Sequence[Any]) -> str:
    return ".".join(_part(each) for each in location if not str(each).startswith("function-"))


def _part(step: object) -> str:
    """A number or a name that a programmer wrote; whatever else somebody used as a key is not repeated."""
    text = str(step)
    return text if isinstance(step, int) or _NAME.fullmatch(text) else "?"


def _what(kind: str, *, english: bool) -> str:
    for part, zh, en in _WHAT:
        if part in kind:
            return en if english else zh
    return "is not valid" if english else "内容不正确"
