"""What must not stand in a public text: digit runs that look like a mobile number or an identity number.

A simple scanner before publication (脱敏审查); the reviewer's eye comes after it. Mobile numbers have eleven digits and
begin with 13 to 19; identity numbers have seventeen and a check character (GB 11643-1999).
"""

import re
import unicodedata

from shared.errors import Invalid

_GAP = r"[\s\-\u2010-\u2015.·]{0,2}"
_MOBILE = re.compile(rf"(?<!\d)(?:(?:00)?86{_GAP})?1[3-9]\d{_GAP}\d{{4}}{_GAP}\d{{4}}(?!\d)")
_IDENTITY = re.compile(rf"(?<!\d)\d{{6}}{_GAP}\d{{4}}{_GAP}\d{{4}}{_GAP}\d{{3}}[\dXx](?!\d)")


def suspected(text: str) -> bool:
    """Whether the text holds such a run; full-width digits and usual separators do not hide it."""
    plain = unicodedata.normalize("NFKC", text)
    return bool(_MOBILE.search(plain) or _IDENTITY.search(plain))


def refuse_personal_data(**texts: str) -> None:
    """Raises Invalid that names the field, never its content."""
    for field, text in texts.items():
        if suspected(text):
            raise Invalid(
                "personal_data_suspected",
                "拟公开的内容中疑似含有手机号或身份证号，请删除后再提交。",
                "The text for publication seems to hold a mobile or identity number; take it out and send it again.",
                field=field,
            )
