"""The two READMEs say the same, and what they say of settings, ports, topics and commands is so."""

import re
import shlex
import tomllib

from deploy.local.instances import DEMO_OFFSET
from deploy.local.ports import HOST, Ports
from deploy.local.settings import LocalSettings
from deploy.local.targets import targets
from services.feedback.settings import Settings as Feedback
from services.registration.settings import Settings as Registration
from services.reporting.settings import Settings as Reporting
from services.scoring.settings import Settings as Scoring
from shared.events.catalogue import OWNERS, events_topic
from shared.operator.__main__ import parser
from shared.settings import known_variables
from tests.docs.documents import CHINESE, README, ROOT, blocks, links, spans

ENGLISH_TEXT, CHINESE_TEXT = (each.read_text(encoding="utf-8") for each in (README, CHINESE))
DEMO = Ports.from_base(LocalSettings.model_fields["local_port_base"].default + DEMO_OFFSET)


def test_both_languages_name_the_same_commands_paths_and_settings() -> None:
    assert blocks(ENGLISH_TEXT, "sh") == blocks(CHINESE_TEXT, "sh")
    assert spans(ENGLISH_TEXT) == spans(CHINESE_TEXT)
    assert [each for each in links(ENGLISH_TEXT) if "README" not in each[:6]] == [
        each for each in links(CHINESE_TEXT) if "README" not in each[:6]
    ]


def test_both_languages_have_the_same_parts_and_the_same_picture() -> None:
    for part in (r"^#+ ", r"^\| `", r"^    +[A-Za-z]+(?:\[|\(| --)"):
        found = [len(re.findall(part, text, re.MULTILINE)) for text in (ENGLISH_TEXT, CHINESE_TEXT)]
        assert found[0] == found[1] > 0, part


def test_every_target_is_explained() -> None:
    every = set(targets((ROOT / "Makefile").read_text(encoding="utf-8"))) - {"help"}
    assert every <= {word for each in spans(ENGLISH_TEXT) for word in each.split()} | {"demo", "test"}
    assert {"make demo\n", "make test\n"} <= set(blocks(ENGLISH_TEXT, "sh"))


def test_every_setting_is_explained_and_no_other() -> None:
    models = (LocalSettings, Registration, Feedback, Reporting, Scoring)
    known = {name for model in models for name in known_variables(model)}
    named = {each for span in spans(ENGLISH_TEXT) for each in re.findall(r"OPENDAY_\w+", span)} - {"OPENDAY_"}
    assert named == known


def test_the_addresses_are_those_of_the_demonstration() -> None:
    code = "\n".join(blocks(ENGLISH_TEXT, "sh"))
    assert f"kcat -b {HOST}:{DEMO.kafka} " in code
    assert f"OPENDAY_KAFKA__BOOTSTRAP={HOST}:{DEMO.kafka} " in code
    assert f"OPENDAY_MONGO__URL=mongodb://{HOST}:{DEMO.mongo} " in code
    assert f"http://{HOST}:{DEMO.registration}/registration/v1/docs" in spans(ENGLISH_TEXT)


def test_the_topics_are_those_that_exist() -> None:
    named = {each for each in spans(ENGLISH_TEXT) if re.fullmatch(r"openday\.[a-z]+\.events\.v\d", each)}
    assert named == {events_topic(owner) for owner in OWNERS}


def test_the_operators_words_are_understood() -> None:
    command = next(each for each in blocks(ENGLISH_TEXT, "sh") if "shared.operator" in each)
    words = shlex.split(command.replace("\\\n", " "))
    asked = parser().parse_args(words[words.index("shared.operator") + 1 :])
    assert (asked.service, asked.kind, asked.act) == ("scoring", "dead-letters", "list")
    for said in ("dead-letters show 0-0", "parked list"):
        assert said in spans(ENGLISH_TEXT)
        assert parser().parse_args(["scoring", *said.split()]).act == said.split()[1]


def test_the_changelog_speaks_of_this_version() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    first = re.search(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert first
    assert first[1] == version


def test_what_is_said_of_the_tests_folder_is_there() -> None:
    row = re.search(r"^\| `tests/` \| (.+) \|$", ENGLISH_TEXT, re.MULTILINE)
    assert row
    said = spans(row[1])
    there = {each.name for each in (ROOT / "tests").iterdir() if (each / "__init__.py").exists()} - {"support"}
    assert said == there
