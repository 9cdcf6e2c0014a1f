"""A route's dependencies, composed into one function at start-up.

The framework walks the tree of a route's dependencies anew at every request, and looks through path, query, headers and
cookies at each of its nodes. Ours ask for the request and for headers alone, so what they ask for can stand beside what
the route itself asks for: a third of the framework's time on a command. The guard stands before everything else: who
may not ask is told so before anything that was sent is judged.
"""

import functools
import inspect
from collections.abc import Awaitable, Callable
from typing import Annotated, Any, get_args, get_origin

from fastapi import Request, Response, params
from fastapi.routing import APIRoute

from shared.http.guard import Guard

Call = Callable[..., Awaitable[Any]]
_ACTOR = "openday.actor"


class ComposedRoute(APIRoute):
    """An APIRoute whose endpoint has no dependencies left, documented as before."""

    def __init__(self, path: str, endpoint: Call, **said: Any) -> None:
        self._guard, plain = composed(endpoint)
        super().__init__(path, plain, **said)

    def get_route_handler(self) -> Callable[[Request], Any]:
        """The framework's, behind the guard."""
        handler, guard = super().get_route_handler(), self._guard
        if guard is None:
            return handler

        async def guarded(request: Request) -> Response:
            request.scope[_ACTOR] = await guard(request)
            response: Response = await handler(request)
            return response

        return guarded


def composed(endpoint: Call) -> tuple[Guard | None, Call]:
    """The guard of an endpoint, and the endpoint as a function of the request's parts alone.

    What a dependency asks for joins the parameters under its own name. A dependency with dependencies of its own, or
    one that is no coroutine function, is left to the framework. Raises TypeError for what cannot be composed.
    """
    if not inspect.iscoroutinefunction(endpoint):
        raise TypeError(f"{endpoint} is no coroutine function")
    signature = inspect.signature(endpoint)
    guards = dict[str, Guard]()
    steps = dict[str, tuple[Call, list[str]]]()
    asked = {"request": inspect.Parameter("request", inspect.Parameter.KEYWORD_ONLY, annotation=Request)}
    for name, parameter in signature.parameters.items():
        call = _dependency(parameter)
        if isinstance(call, Guard):
            guards[name] = call
        elif call and _is_plain(call):
            needs = inspect.signature(call).parameters
            steps[name] = (call, list(needs))
            for each in needs.values():
                _join(asked, each, endpoint)
        else:
            _join(asked, parameter, endpoint)
    if len(set(guards.values())) > 1:
        raise TypeError(f"{endpoint.__name__} has more than one guard")
    own = [each for each in signature.parameters if each not in guards and each not in steps]

    @functools.wraps(endpoint)
    async def plain(**given: Any) -> Any:
        arguments = {name: given[name] for name in own}
        for name in guards:
            arguments[name] = given["request"].scope[_ACTOR]
        for name, (call, needs) in steps.items():
            arguments[name] = await call(**{each: given[each] for each in needs})
        return await endpoint(**arguments)

    plain.__signature__ = signature.replace(parameters=list(asked.values()))  # type: ignore[attr-defined]
    return next(iter(guards.values()), None), plain


def _join(asked: dict[str, inspect.Parameter], parameter: inspect.Parameter, endpoint: Call) -> None:
    """Beside the others. Raises TypeError when two ask for different things under one name."""
    joined = parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY)
    if asked.setdefault(joined.name, joined) != joined:
        raise TypeError(f"{endpoint.__name__}: two dependencies ask for {joined.name!r}, and for different things")


def _dependency(parameter: inspect.Parameter) -> Call | None:
    marks = get_args(parameter.annotation)[1:] if get_origin(parameter.annotation) is Annotated else ()
    found: Any = next((each.dependency for each in marks if isinstance(each, params.Depends)), None)
    return found  # type: ignore[no-any-return]


def _is_plain(call: Call) -> bool:
    return inspect.iscoroutinefunction(call) and not any(
        _dependency(each) for each in inspect.signature(call).parameters.values()
    )
