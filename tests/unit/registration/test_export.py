"""Who may take a list of people out, with which words, and how long its file can be fetched."""

from datetime import timedelta

import pytest

from services.registration.domain.export import FETCHABLE_FOR, FORMATS, ExportKind, FileFormat, listed
from shared.errors import Forbidden, Gone, Invalid
from tests.unit.registration.exports import NAMES, export, people
from tests.unit.registration.rosters import CLOSES, OPENS, STARTS, roster


def test_a_masked_list_needs_neither_a_reason_nor_a_role_that_unmasks() -> None:
    export().must_be_justified(may_unmask=False)


def test_whole_names_need_the_role_and_a_reason() -> None:
    whole = export(masked=False, reason="逐一电话通知")
    whole.must_be_justified(may_unmask=True)
    with pytest.raises(Forbidden, match="unmasked_not_allowed"):
        whole.must_be_justified(may_unmask=False)
    with pytest.raises(Invalid, match="reason_required"):
        export(masked=False).must_be_justified(may_unmask=True)


def test_a_file_can_be_fetched_for_a_day_and_not_a_second_longer() -> None:
    made = export()
    last = CLOSES + FETCHABLE_FOR - timedelta(seconds=1)
    made.must_be_fetchable(by="anybody", may_unmask=False, now=last)
    with pytest.raises(Gone, match="export_expired"):
        made.must_be_fetchable(by="anybody", may_unmask=False, now=last + timedelta(seconds=1))


def test_an_unmasked_file_goes_to_whom_the_log_names_and_to_nobody_else() -> None:
    made = export(masked=False, reason="逐一电话通知", by="clerk")
    made.must_be_fetchable(by="clerk", may_unmask=True, now=CLOSES)
    for by, may_unmask in (("colleague", True), ("clerk", False)):
        with pytest.raises(Forbidden, match="export_of_another"):
            made.must_be_fetchable(by=by, may_unmask=may_unmask, now=CLOSES)


def test_who_cancelled_stands_on_no_list_and_who_waits_on_no_sign_in_sheet() -> None:
    target = roster(cap=3)
    people(target, NAMES)
    target.cancel("r1", OPENS + timedelta(hours=1))
    everyone = [each.id for each in listed(target, ExportKind.ROSTER)]
    expected = [each.id for each in listed(target, ExportKind.SIGN_IN_SHEET)]
    assert everyone == ["r0", "r2", "r3", "r4"]
    assert set(expected) < set(everyone)
    assert "r1" not in expected


def test_on_the_day_the_sheet_still_names_who_came_and_who_did_not() -> None:
    target = roster()
    people(target, NAMES[:1])
    target.close(CLOSES)
    target.lock(CLOSES)
    target.check_in("r0", STARTS)
    assert [each.id for each in listed(target, ExportKind.SIGN_IN_SHEET)] == ["r0"]


@pytest.mark.parametrize("kind", ExportKind)
@pytest.mark.parametrize("form", FileFormat)
def test_a_list_is_there_in_the_formats_that_people_use_it_in(kind: ExportKind, form: FileFormat) -> None:
    asked = export(kind=kind, format=form)
    if form in FORMATS[kind]:
        asked.must_exist_in_its_format()
        return
    with pytest.raises(Invalid, match="format_unavailable") as refused:
        asked.must_exist_in_its_format()
    assert refused.value.facts["formats"] == list(FORMATS[kind])
