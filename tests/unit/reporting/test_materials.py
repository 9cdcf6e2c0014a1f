"""Names that people give to files, and the manifest that proves what was filed."""

from datetime import UTC, datetime

import pytest

from services.reporting.domain.material import FileType, ItemKind, StoredFile, checked_name, manifest
from shared.errors import Invalid


@pytest.mark.parametrize("name", ["活动方案.docx", "photo 1 (final).jpg", "a", "图" * 120, "..a", "-rf"])
def test_ordinary_names_are_kept_as_they_are(name: str) -> None:
    assert checked_name(name) == name


@pytest.mark.parametrize(
    "name",
    [
        "",
        "   ",
        ".",
        "..",
        "../../etc/passwd",
        "C:\\plan.docx",
        "/abs",
        "a\x00b",
        "a\nb",
        "plan\u202excod.exe",
        "图" * 121,
    ],
)
def test_names_that_could_deceive_are_refused(name: str) -> None:
    with pytest.raises(Invalid) as refused:
        checked_name(name)
    assert refused.value.code == "file_name_invalid"
    assert "passwd" not in str(refused.value)


def test_a_manifest_depends_on_what_is_filed_and_not_on_the_order() -> None:
    plan, media = _stored(ItemKind.PLAN, "a" * 64), _stored(ItemKind.MEDIA, "b" * 64)
    assert manifest([plan, media]) == manifest([media, plan])
    assert manifest([plan, media]) != manifest([plan])
    assert manifest([plan]) != manifest([_stored(ItemKind.MEDIA, "a" * 64)])


def test_a_download_without_a_name_is_called_after_its_item_and_type() -> None:
    assert _stored(ItemKind.PLAN, "0123456789ab" + "c" * 52).download_name == "plan-0123456789ab.pdf"


def _stored(kind: ItemKind, sha256: str) -> StoredFile:
    return StoredFile(kind, sha256, 10, FileType.PDF, None, datetime(2021, 9, 1, tzinfo=UTC))
