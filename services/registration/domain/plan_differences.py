"""What changed from one version of a plan to another, field by field, in words that people read."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from services.registration.domain import plan_words as words
from services.registration.domain.plan_content import Content, Host, PlannedPoint
from shared.errors import Sentence

Names = Mapping[str, Sentence]
"""The names of units, by id."""


@dataclass(frozen=True)
class Change:
    """One field (`points.hall.cap`) with its name for people; None where one side does not have it."""

    field: str
    label: Sentence
    before: Sentence | None
    after: Sentence | None


@dataclass(frozen=True)
class _Line:
    """What one side says in a field; compared by what it means, not by how it is said."""

    label: Sentence
    meant: object
    said: Sentence | None


def differences(earlier: Content, later: Content, names: Names) -> tuple[Change, ...]:
    """Nothing when both say the same. What the office approved (`cap_approver`) is no part of what a unit says.

    Hosts are compared by unit and open points by their slug, wherever they stand; agenda items as lines of a text.
    """
    before, after = _lines(earlier, names), _lines(later, names)
    fields = [*after, *(each for each in before if each not in after)]
    changed = [_change(each, before.get(each), after.get(each)) for each in fields if _differs(before, after, each)]
    hosts = _reordered("hosts", [each.unit_id for each in earlier.hosts], [each.unit_id for each in later.hosts])
    points = _reordered("points", [each.slug for each in earlier.points], [each.slug for each in later.points])
    return (*changed, *hosts, *points, *_agenda(earlier.agenda, later.agenda))


def _differs(before: Mapping[str, _Line], after: Mapping[str, _Line], field: str) -> bool:
    return field not in before or field not in after or before[field].meant != after[field].meant


def _change(field: str, before: _Line | None, after: _Line | None) -> Change:
    label = next(each.label for each in (after, before) if each)
    return Change(field, label, before.said if before else None, after.said if after else None)


def _lines(content: Content, names: Names) -> dict[str, _Line]:
    found = {
        field: _Line(label, getattr(content, field), say(getattr(content, field)))
        for field, (label, say) in _FIELDS.items()
    }
    for section, label in words.SECTIONS.items():
        said = getattr(content.sections, section)
        found[f"sections.{section}"] = _Line(label, said, words.text(said))
    for host in content.hosts:
        found |= _host(host, names)
    for point in content.points:
        found |= _point(point, names)
    return found


def _host(host: Host, names: Names) -> dict[str, _Line]:
    of = _named(host.unit_id, names)
    return {
        f"hosts.{host.unit_id}.role": _Line(words.of_host(of, words.ROLE), host.role, words.ROLES[host.role]),
        f"hosts.{host.unit_id}.credit": _Line(
            words.of_host(of, words.CREDIT), host.exact, words.text(str(host.share or f"{host.credit / 1000:g}"))
        ),
    }


def _point(point: PlannedPoint, names: Names) -> dict[str, _Line]:
    mix = {category: count for category, count in point.mix.items() if count}
    said: dict[str, tuple[object, Sentence | None]] = {
        "name": (point.name, words.text(point.name)),
        "place": (point.place, words.text(point.place)),
        "unit_id": (point.unit_id, _named(point.unit_id, names)),
        "cap": (point.cap, words.text(str(point.cap))),
        "mix": (mix, words.heads(mix)),
        "cap_reason": (point.cap_reason, words.text(point.cap_reason)),
    }
    return {
        f"points.{point.slug}.{field}": _Line(words.of_point(point.name, words.POINT[field]), meant, told)
        for field, (meant, told) in said.items()
    }


def _reordered(field: str, before: Sequence[str], after: Sequence[str]) -> Iterator[Change]:
    """Only of what both have: what was added or left out has lines of its own."""
    then, now = ([each for each in side if each in before and each in after] for side in (before, after))
    if then != now:
        yield Change(field, words.ORDER[field], words.listed(then), words.listed(now))


def _agenda(before: Sequence[str], after: Sequence[str]) -> Iterator[Change]:
    for tag, first, last, start, end in SequenceMatcher(a=before, b=after, autojunk=False).get_opcodes():
        if tag != "equal":
            label = words.numbered(words.AGENDA, start + 1)  # where it is, or was left out, in the later one
            yield Change(f"agenda.{start + 1}", label, _said(before[first:last]), _said(after[start:end]))


def _said(items: Sequence[str]) -> Sentence | None:
    return words.listed(items) if items else None


def _named(unit_id: str, names: Names) -> Sentence:
    return names.get(unit_id, Sentence(unit_id, unit_id))


def _forms(forms: Iterable[str]) -> Sentence:
    return words.joined([words.FORMS[each] for each in forms])


_FIELDS: Mapping[str, tuple[Sentence, Callable[..., Sentence | None]]] = {
    "title": (words.TITLE, words.text),
    "theme": (words.THEME, words.text),
    "town": (words.TOWN, words.text),
    "forms": (words.FORM, _forms),
    "purpose": (words.PURPOSE, words.text),
    "selection": (words.SELECTION, words.SELECTIONS.__getitem__),
    "planned_time": (words.PLANNED_TIME, words.time),
    "rota": (words.ROTA, words.rota),
    "id_number_reason": (words.ID_NUMBER_REASON, words.text),
}
