"""`docs/states.md`: the state machines of the services, drawn from the tables that decide."""

import importlib
import pkgutil
from collections import defaultdict
from typing import Any

from shared.aggregate import Machine
from shared.events.catalogue import OWNERS

_HEAD = """# States

What may be done in which state, and where it leads. Written by `make generate` from the tables in which the services
look it up (`Machine` in `shared/aggregate.py`).

What a state does not name is refused with 409 `illegal_transition`; its `facts` give the `state` and what is `allowed`.
Some refusals have a code that tells people more, with the same facts. An act that every state allows and that moves
none is not drawn. Conditions beside the state (a deadline, a full list) stand in the rules themselves.
"""


def page() -> str:
    """The whole document, with what services have no table of this shape named at the end."""
    found = {service: machines(service) for service in OWNERS}
    sections = [f"## {service}\n\n{_section(service)}" for service, there in found.items() if there]
    without = [service for service, there in found.items() if not there]
    tail = (
        [f"Not drawn: {', '.join(without)}. Their tables say what a state allows, not where it leads.\n"]
        if without
        else []
    )
    return "\n".join([_HEAD, *sections, *tail])


def machines(service: str) -> list[Machine[Any]]:
    """The tables that a service's domain looks up, by the module in which they stand."""
    package = importlib.import_module(f"services.{service}.domain")
    modules = [
        importlib.import_module(f"{package.__name__}.{each.name}") for each in pkgutil.iter_modules(package.__path__)
    ]
    found = {id(each): each for module in modules for each in vars(module).values() if isinstance(each, Machine)}
    return sorted(found.values(), key=_home)


def diagram(machine: Machine[Any]) -> str:
    """Mermaid: acts between the same two states share an arrow; a state that nothing leaves is an end."""
    shared: dict[tuple[str, str], list[str]] = defaultdict(list)
    for state, acts in machine.arrows.items():
        for act, leads in acts.items():
            for led in leads:
                shared[state or "[*]", led].append(act)
    lines = [f"    {left} --> {led}: {' · '.join(acts)}" for (left, led), acts in shared.items()]
    left_again = {left for left, led in shared if left != led}
    ends = [f"    {state} --> [*]" for state in machine.arrows if state and state not in left_again]
    return "\n".join(["stateDiagram-v2", *lines, *ends])


def _section(service: str) -> str:
    return "\n".join(_described(each) for each in machines(service))


def _described(machine: Machine[Any]) -> str:
    rows = [f"| {f'`{state}`' if state else 'before'} | {_acts(acts)} |" for state, acts in machine.arrows.items()]
    return "\n".join(
        [
            f"### {machine.thing.capitalize()}",
            "",
            f"Decided in `{_home(machine)}`.",
            "",
            "```mermaid",
            diagram(machine),
            "```",
            "",
            "| state | allowed, and where it leads |",
            "|---|---|",
            *rows,
            "",
        ]
    )


def _home(machine: Machine[Any]) -> str:
    """Where the states are named, and the table with them."""
    return next(type(each).__module__ for each in machine.arrows if each).replace(".", "/") + ".py"


def _acts(acts: Any) -> str:
    return " · ".join(f"`{act}` → {' or '.join(leads)}" for act, leads in acts.items()) or "nothing"
