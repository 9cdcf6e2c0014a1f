"""What the page on checking a history says of options, invariants and answers is what the checker knows."""

import re
import shlex

from deploy.local.instances import DEMO_OFFSET
from deploy.local.ports import HOST, Ports
from deploy.local.settings import LocalSettings
from tests.docs.documents import ROOT, blocks
from tests.history.__main__ import parser
from tests.history.findings import CONCLUSIONS, INVARIANTS

PAGE = (ROOT / "docs" / "howto" / "check-a-history.md").read_text(encoding="utf-8")
FIRST_CELLS = re.findall(r"^\| `([a-z-]+)` \|", PAGE, re.MULTILINE)


def test_the_commands_are_understood_and_one_reaches_the_demonstration() -> None:
    lines = [each.partition("-m tests.history ") for each in blocks(PAGE, "sh")]
    assert {program for program, _, _ in lines} == {".venv/bin/python "}
    asked = [parser().parse_args(shlex.split(words)) for _, _, words in lines]
    demo = Ports.from_base(LocalSettings.model_fields["local_port_base"].default + DEMO_OFFSET)
    assert asked[-1].kafka == f"{HOST}:{demo.kafka}"
    assert asked[-1].api == f"http://{HOST}:{demo.registration}"


def test_every_option_is_explained_and_no_other() -> None:
    known = {option for option in parser()._option_string_actions if option.startswith("--")} - {"--help"}
    assert {each for each in FIRST_CELLS if each.startswith("--")} == known


def test_every_invariant_is_explained_and_no_other() -> None:
    assert sorted(each for each in FIRST_CELLS if not each.startswith("--")) == sorted(INVARIANTS)


def test_every_conclusion_is_explained() -> None:
    assert [word for word in CONCLUSIONS if f"`{word.upper()}`" not in PAGE] == []
