"""Keys that change while processes run: seen soon, seen at once where one is missing, never lost by a bad file."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from shared.security import key_file, secrets
from shared.security.key_file import LOOK, KeyFile
from shared.security.secrets import VAULT_KEYS
from shared.security.vault import FieldCipher, Keys, Tampered
from tests.unit.shared.test_attempts import Hand

AT = datetime(2026, 11, 25, 10, 0, tzinfo=UTC)
PLACE = "vault|place|name"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    secrets.ensure(tmp_path)
    return tmp_path / VAULT_KEYS


def turned(file: Path, kid: str) -> None:
    """Add a key and let it seal."""
    key_file.write(file, key_file.with_current(key_file.with_key(key_file.stored(file), kid, AT), kid, AT))


def test_a_change_is_seen_within_a_second_and_the_file_is_not_read_for_every_value(file: Path) -> None:
    hand = Hand()
    ring = KeyFile(file, now=hand)
    first = ring.latest().current
    turned(file, "later")
    assert ring.latest().current == first
    hand.at += LOOK * 1.01
    assert ring.latest().current == "later"
    assert ring.latest() is ring.latest()


def test_a_value_under_a_key_that_is_not_known_here_yet_opens_all_the_same(file: Path) -> None:
    slow = KeyFile(file, now=Hand())
    before = FieldCipher(slow).seal("代表", PLACE)
    turned(file, "later")
    sealed = FieldCipher(KeyFile(file, now=Hand())).seal("代表", PLACE)
    assert sealed.startswith("later.")
    assert FieldCipher(slow).open(sealed, PLACE) == FieldCipher(slow).open(before, PLACE) == "代表"
    with pytest.raises(Tampered):
        FieldCipher(slow).open(sealed.replace("later", "never"), PLACE)


@pytest.mark.parametrize("bad", ["", "{", '{"current": "gone"}'])
def test_a_file_that_became_unreadable_leaves_the_keys_that_there_were(file: Path, bad: str) -> None:
    hand = Hand()
    ring = KeyFile(file, now=hand)
    good, text = ring.latest(), file.read_text()
    file.write_text(bad)
    hand.at += 2 * LOOK
    assert ring.latest() is good
    file.unlink()
    hand.at += 2 * LOOK
    assert ring.latest() is good
    file.write_text(text)
    hand.at += 2 * LOOK
    assert ring.latest() == good


def test_keys_are_added_used_and_removed_and_the_others_stay(file: Path) -> None:
    before = Keys.read(file)
    turned(file, "later")
    between = Keys.read(file)
    assert (between.current, set(between.encryption)) == ("later", {before.current, "later"})
    assert (between.blind_index, between.codes) == (before.blind_index, before.codes)
    key_file.write(file, key_file.without_key(key_file.stored(file), before.current))
    after = Keys.read(file)
    assert set(after.encryption) == {"later"}
    assert after.encryption["later"] == between.encryption["later"]
    assert file.stat().st_mode & 0o777 == 0o600
    assert [each.name for each in file.parent.iterdir() if each.name.startswith(".")] == []


def test_the_key_of_one_moment_is_not_the_key_of_another(file: Path) -> None:
    stored = key_file.stored(file)
    both = key_file.with_key(key_file.with_key(stored, "a", AT), "b", AT)["encryption"]
    assert len(set(both.values())) == 3
    assert key_file.fresh_kid() != key_file.fresh_kid()
