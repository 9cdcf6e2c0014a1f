"""The words of an uploaded list: its columns, and what stands for a category, for yes and for no. In both languages."""

from collections import Counter
from collections.abc import Sequence

from services.registration.domain.composition import ZH
from shared.errors import Invalid
from shared.http.text import one_line

NAMED = 20  # unknown columns in one answer
REQUIRED = ("category", "name", "phone", "consent")
COLUMNS = {
    "category": ("category", "类别", "代表类别"),
    "name": ("name", "姓名"),
    "phone": ("phone", "手机号", "手机号码", "电话"),
    "consent": ("consent", "已同意", "同意", "是否同意"),
    "grassroots": ("grassroots", "基层", "是否基层"),
    "id_number": ("id_number", "身份证号", "身份证号码"),
    "email": ("email", "邮箱", "电子邮箱"),
    "": ("no", "number", "序号"),  # of the row, for people; not read
}
_MEANT = {word: column for column, words in COLUMNS.items() for word in words}

CATEGORIES = {str(each): each for each in ZH} | {word: each for each, word in ZH.items()}
YES_OR_NO = dict.fromkeys(("是", "同意", "已同意", "yes", "y", "true", "1"), True) | dict.fromkeys(
    ("否", "不同意", "no", "n", "false", "0"), False
)


def columns(head: Sequence[str]) -> list[str]:
    """What stands in each column, "" where it is not read. Raises Invalid, which names columns by their place."""
    words = [one_line(each).strip().strip("*＊").strip().lower().replace(" ", "_") for each in head]
    while words and not words[-1]:
        words.pop()
    unknown = [place for place, word in enumerate(words, start=1) if word not in _MEANT]
    found = [_MEANT.get(word, "") for word in words]
    twice = sorted(name for name, count in Counter(found).items() if name and count > 1)
    missing = [each for each in REQUIRED if each not in found]
    if unknown or twice or missing:
        raise Invalid(
            "list_columns",
            "表头有误：第一行须是列名，至少有类别、姓名、手机号、已同意，每列一次。",
            "The head is wrong: row 1 names the columns, at least category, name, phone and consent, each once.",
            unknown=unknown[:NAMED],
            twice=twice,
            missing=missing,
        )
    return found
