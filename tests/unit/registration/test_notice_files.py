"""The words of notices and the spool that holds them: checked at the start, private, gone after a week."""

import asyncio
import json
import os
import shutil
import stat
from dataclasses import replace
from pathlib import Path

import pytest

from services.registration.adapters.notices.spool import KEPT, LOOK, Spool
from services.registration.adapters.notices.templates import FOLDER, TemplateWording
from services.registration.application.notice_ports import Language, Message, Words
from services.registration.application.ports import Contact
from services.registration.domain.activity import Activity
from services.registration.domain.activity_parts import OpenPoint, Session
from services.registration.domain.delivery import Postponed, Sent
from services.registration.domain.notice import NoticeKind
from tests.support.tally import HandClock
from tests.unit.registration.mailboxes import HOUR, NOON, notice
from tests.unit.registration.test_plan_and_activity import announced

MESSAGE = Message("somebody:confirmed:1:file:1", "confirmed", Contact("代表", "13900000000"), Words("主题", "正文"))


def activity() -> Activity:
    """At noon, in one hall."""
    made = announced()
    made.title, made.session = "走进大厅 {place}", Session(NOON, NOON + 2 * HOUR)
    made.points = (OpenPoint("point", "hall", "unit", "政务服务大厅", "一楼", 20),)
    return made


@pytest.mark.parametrize("language", ["zh-CN", "en"])
@pytest.mark.parametrize("kind", NoticeKind)
def test_every_kind_has_words_in_every_language(kind: NoticeKind, language: Language) -> None:
    details = {"position": "7", "earlier": "2021-09-07T01:00:00+00:00", "until": "2021-09-14T01:00:00+00:00"}
    words = TemplateWording().words(replace(notice(kind), details=details), activity(), "point", language)
    assert "走进大厅 {place}" in words.subject, "a title is a value and not a template"
    assert words.text.count("{") == words.text.count("走进大厅 {place}")
    if kind == NoticeKind.CHANGED:
        assert ("2021年9月7日（周二）09:00" if language == "zh-CN" else "Tuesday 2021-09-07 09:00") in words.text
    if kind in (NoticeKind.WAITLISTED, NoticeKind.NOT_DRAWN):
        assert "7" in words.text


def test_a_session_of_several_days_says_when_it_ends() -> None:
    made = activity()
    made.session = Session(NOON, NOON + 26 * HOUR)
    words = TemplateWording().words(notice(), made, "point", "zh-CN")
    assert "2021年9月8日（周三）12:00 - 2021年9月9日（周四）14:00" in words.text


@pytest.mark.parametrize(
    ("said", "instead", "fault"),
    [
        ("{time}", "{when}", "nobody knows when"),
        ("{time}", "{time.__class__}", "nobody knows time.__class__"),
        ("{time}", "{", "zh-CN.yaml"),
        ("reminder_3d:", "reminder_9d:", "reminder_9d"),
        ("  subject: 报名成功：{title}\n", "", "subject"),
    ],
)
def test_a_template_with_a_fault_is_named_at_the_start(tmp_path: Path, said: str, instead: str, fault: str) -> None:
    shutil.copytree(FOLDER, tmp_path, dirs_exist_ok=True)
    file = tmp_path / "zh-CN.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace(said, instead, 1), encoding="utf-8")
    if "{" in said:  # the first is in the comment
        file.write_text(file.read_text(encoding="utf-8").replace(said, instead, 1), encoding="utf-8")
    with pytest.raises(ValueError, match=fault):
        TemplateWording(tmp_path)


def test_a_kind_without_words_is_named_at_the_start(tmp_path: Path) -> None:
    shutil.copytree(FOLDER, tmp_path, dirs_exist_ok=True)
    file = tmp_path / "en.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text[: text.index("reminder_1d:")], encoding="utf-8")
    with pytest.raises(ValueError, match="nothing for reminder_1d"):
        TemplateWording(tmp_path)


def written(spool: Spool, times: int = 1) -> None:
    """The message, as often."""
    for _ in range(times):
        assert asyncio.run(spool.send(MESSAGE)) == Sent()


def test_a_message_that_is_written_twice_stands_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    written(Spool(tmp_path / "spool", HandClock()), 2)
    [file] = (tmp_path / "spool").iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert json.loads(file.read_text(encoding="utf-8"))["text"] == "正文"


def test_what_nobody_took_is_removed_after_a_week(tmp_path: Path) -> None:
    spool = Spool(tmp_path, HandClock())
    old, lately, foreign = (tmp_path / name for name in ("old.json", "lately.json", "README"))
    for each in (old, lately, foreign):
        each.write_text("{}")
    written(spool)
    now = (tmp_path / "somebody.confirmed.1.file.1.json").stat().st_mtime
    for each, age in ((old, KEPT + 60), (lately, KEPT - 60), (foreign, 2 * KEPT)):
        os.utime(each, (now - age, now - age))
    written(spool)
    assert old.exists(), "it looks once an hour"
    spool._looked -= LOOK
    written(spool)
    there = sorted(each.name for each in tmp_path.iterdir())
    assert there == ["README", "lately.json", "somebody.confirmed.1.file.1.json"]


def test_what_the_districts_program_takes_during_the_look_disturbs_no_message(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = Path.iterdir

    def and_one_just_taken(folder: Path) -> list[Path]:
        return [folder / "taken.json", *there(folder)]

    monkeypatch.setattr(Path, "iterdir", and_one_just_taken)
    old = tmp_path / "old.json"
    old.write_text("{}")
    os.utime(old, (0, 0))
    written(Spool(tmp_path, HandClock()))
    assert not old.exists()


def test_a_spool_that_cannot_be_written_is_tried_again(tmp_path: Path) -> None:
    (tmp_path / "spool").write_text("a file stands where the folder should be")
    assert isinstance(asyncio.run(Spool(tmp_path / "spool", HandClock()).send(MESSAGE)), Postponed)


def test_a_message_says_nothing_of_a_person_where_it_is_printed() -> None:
    assert "13900000000" not in repr(MESSAGE)
    assert "正文" not in repr(MESSAGE)
