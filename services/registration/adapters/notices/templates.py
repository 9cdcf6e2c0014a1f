"""The words of notices: a template file for each language, checked when the service starts."""

import string
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import get_args

import yaml
from pydantic import BaseModel, ConfigDict, RootModel, ValidationError

from services.registration.application.notice_ports import Language, Words
from services.registration.domain.activity import Activity
from services.registration.domain.activity_parts import Session
from services.registration.domain.notice import Notice, NoticeKind
from shared.time import SHANGHAI

FOLDER = Path(__file__).parent / "templates"
KNOWN = frozenset({"title", "place", "time", "earlier", "position", "until"})
_DAYS = {
    "zh-CN": "一二三四五六日",
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}


class _Template(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    subject: str
    text: str


class _File(RootModel[dict[NoticeKind, _Template]]):
    pass


class TemplateWording:
    """`application.notice_ports.Wording`."""

    def __init__(self, folder: Path = FOLDER) -> None:
        """Raises ValueError that names the file and the place."""
        self._templates: dict[Language, Mapping[NoticeKind, _Template]] = {
            each: _read(folder / f"{each}.yaml") for each in get_args(Language)
        }

    def words(self, notice: Notice, activity: Activity, point_id: str, language: Language) -> Words:
        template = self._templates[language][notice.kind]
        point = next((each for each in activity.points if each.id == point_id), None)
        values = {
            "title": activity.title,
            "place": f"{point.name} {point.place}".strip() if point else "",
            "time": _span(activity.session, language),
            **{each: _said(notice.details.get(each), language) for each in ("earlier", "until")},
            "position": notice.details.get("position", ""),
        }
        return Words(template.subject.format(**values), template.text.format(**values))


def _read(file: Path) -> Mapping[NoticeKind, _Template]:
    try:
        found = _File.model_validate(yaml.safe_load(file.read_text(encoding="utf-8"))).root
    except (OSError, UnicodeDecodeError, yaml.YAMLError, ValidationError) as error:
        raise ValueError(f"notice templates {file}: {error}") from error
    if missing := sorted(set(NoticeKind) - set(found)):
        raise ValueError(f"notice templates {file}: nothing for {', '.join(missing)}")
    for kind, template in found.items():
        for text in (template.subject, template.text):
            if unknown := sorted(_placeholders(file, kind, text) - KNOWN):
                raise ValueError(f"notice templates {file}: {kind}: nobody knows {', '.join(unknown)}")
    return found


def _placeholders(file: Path, kind: NoticeKind, text: str) -> set[str]:
    """What stands in braces; a format or an attribute behind a name is part of it, and so refused as unknown."""
    try:
        parts = [each for each in string.Formatter().parse(text) if each[1] is not None]
    except ValueError as error:
        raise ValueError(f"notice templates {file}: {kind}: {error}") from error
    return {f"{name}{'!' + how if how else ''}{':' + form if form else ''}" for _, name, form, how in parts}


def _span(session: Session, language: Language) -> str:
    begins, ends = session.starts_at.astimezone(SHANGHAI), session.ends_at.astimezone(SHANGHAI)
    if begins.date() == ends.date():
        return f"{_moment(begins, language)}-{ends:%H:%M}"
    return f"{_moment(begins, language)} - {_moment(ends, language)}"


def _said(moment: str | None, language: Language) -> str:
    return _moment(datetime.fromisoformat(moment), language) if moment else ""


def _moment(at: datetime, language: Language) -> str:
    local = at.astimezone(SHANGHAI)
    day = _DAYS[language][local.weekday()]
    if language == "en":
        return f"{day} {local:%Y-%m-%d %H:%M}"
    return f"{local.year}年{local.month}月{local.day}日（周{day}）{local:%H:%M}"
