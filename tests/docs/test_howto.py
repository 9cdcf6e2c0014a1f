"""The way of a command is shown by files that hold what is said of them."""

import re

import pytest

from deploy.generate import generated
from tests.docs.documents import ROOT, spans

HOWTO = (ROOT / "docs" / "howto" / "add-a-command.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| `([^`]+)` \| (.+) \|$", HOWTO, re.MULTILINE)


def test_the_list_is_whole_and_stays_out_of_deployment() -> None:
    files = [file for file, _ in ROWS]
    assert len(files) == len(set(files)) == 11
    assert not [each for each in files if each.startswith(("deploy/", "k8s/"))]


@pytest.mark.parametrize(("file", "said"), ROWS)
def test_a_file_holds_what_is_said_of_it(file: str, said: str) -> None:
    text = (ROOT / file).read_text(encoding="utf-8")
    assert re.search(r"undo|undone", text, re.IGNORECASE)
    for name in spans(said):
        assert re.search(rf"\b{re.escape(name.partition('(')[0].rpartition('.')[2])}\b", text), name


def test_the_generated_files_are_generated() -> None:
    named = {each for each in spans(HOWTO) if each.endswith((".json", ".yaml"))}
    assert len(named) == 3
    assert named <= {path.as_posix() for path in generated()}
