"""A list of people that staff upload: its rows, and what is wrong with them. Nothing here repeats what a cell says."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from services.registration.application.ports import Contact
from services.registration.domain.admission import Admission
from services.registration.domain.composition import Category
from services.registration.domain.id_number import is_id_number
from shared.errors import Invalid, Problem, Sentence

MOST = 5000  # rows of one list: as many as one draw is made for

FAULTS = {
    "row_too_wide": Sentence("单元格比表头多。", "It has more cells than the head."),
    "category_missing": Sentence("没有填代表类别。", "The category is missing."),
    "category_wrong": Sentence(
        "代表类别须为人大代表、政协委员、群众代表或媒体记者。",
        "The category must be npc_deputy, cppcc_member, resident_representative or media_representative.",
    ),
    "grassroots_wrong": Sentence("“基层”须填是或否，也可不填。", "Grassroots must be yes or no, or empty."),
    "name_missing": Sentence("没有填姓名。", "The name is missing."),
    "name_wrong": Sentence("姓名过长，最多 40 个字。", "The name is longer than 40 characters."),
    "phone_missing": Sentence("没有填手机号。", "The phone number is missing."),
    "phone_wrong": Sentence("手机号不是 11 位大陆手机号。", "This is not a mainland mobile number of 11 digits."),
    "id_number_missing": Sentence("该活动要求填写身份证号。", "An ID number is required."),
    "id_number_wrong": Sentence("身份证号有误，请核对。", "The ID number is wrong; check its digits."),
    "id_number_not_collected": Sentence(
        "该活动不收集身份证号，请删去。", "No ID number is collected here; take it out."
    ),
    "email_wrong": Sentence("邮箱格式不符。", "The mail address has the wrong form."),
    "consent_missing": Sentence("没有注明本人已同意。", "It does not say that the person has consented."),
    "phone_repeated": Sentence("与第 {row} 行的手机号相同。", "It has the phone number of row {row}."),
    "id_number_repeated": Sentence("与第 {row} 行的身份证号相同。", "It has the ID number of row {row}."),
}
"""By code; the codes are stable. `{row}`: the earlier of two."""


@dataclass(frozen=True)
class Row:
    """One person of a list. `number` as a spreadsheet counts, the head being row 1; what is faulty is empty."""

    number: int
    contact: Contact
    category: Category | None
    grassroots: bool
    faults: tuple[str, ...] = ()


@dataclass(frozen=True)
class Fault:
    """What is wrong with a row; `same_as` is the earlier row of two that may not be alike."""

    row: int
    code: str
    same_as: int | None = None

    def said(self) -> dict[str, object]:
        """For whoever mends the list."""
        words = FAULTS[self.code]
        zh, en = (each.format(row=self.same_as) for each in (words.zh, words.en))
        alike = {"same_as": self.same_as} if self.same_as else {}
        return {"row": self.row, "code": self.code, "zh": zh, "en": en, **alike}


@dataclass(frozen=True)
class Imported:
    """What became of one row: an admission, or the refusal that anybody would have got."""

    row: int
    became: Admission | Problem


def must_be_right(rows: Sequence[Row], *, asks_id_number: bool) -> None:
    """Raises Invalid, which names every bad row."""
    faults = list(faults_of(rows, asks_id_number=asks_id_number))
    if not faults:
        return
    bad = len({each.row for each in faults})
    raise Invalid(
        "list_has_bad_rows",
        f"名单中有 {bad} 行填写有误，整份名单都没有导入。请按提示改正后重新上传。",
        f"{bad} rows of the list are wrong, and nothing of it was imported. Mend them and upload the list again.",
        bad_rows=bad,
        rows=[each.said() for each in faults],
    )


def faults_of(rows: Sequence[Row], *, asks_id_number: bool) -> Iterator[Fault]:
    """Everything that is wrong, in the order of the rows; of two that are alike the later is at fault."""
    phones, id_numbers = dict[str, int](), dict[str, int]()
    for row in rows:
        yield from (Fault(row.number, code) for code in row.faults)
        if row.contact.phone:
            first = phones.setdefault(re.sub(r"\D", "", row.contact.phone)[-11:], row.number)
            if first != row.number:
                yield Fault(row.number, "phone_repeated", first)
        yield from _of_id_number(row, id_numbers, asks_id_number=asks_id_number)


def _of_id_number(row: Row, seen: dict[str, int], *, asks_id_number: bool) -> Iterator[Fault]:
    number = row.contact.id_number
    if "id_number_wrong" in row.faults:
        return
    if bool(number) != asks_id_number:
        yield Fault(row.number, "id_number_missing" if asks_id_number else "id_number_not_collected")
    elif number and not is_id_number(number):
        yield Fault(row.number, "id_number_wrong")
    elif number and (first := seen.setdefault(number.upper(), row.number)) != row.number:
        yield Fault(row.number, "id_number_repeated", first)
