"""Contact data at rest: unreadable without the key, bound to its place, equal values found blindly."""

import base64
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.security import secrets
from shared.security.masking import masked_name, masked_phone
from shared.security.secrets import VAULT_KEYS
from shared.security.vault import FieldCipher, Keys, Tampered

OLD = Keys("old", {"old": b"o" * 32}, b"b" * 32, b"c" * 32)
NEW = Keys("new", {"old": b"o" * 32, "new": b"n" * 32}, b"b" * 32, b"c" * 32)
PLACE = "contact|person-1|phone"


@given(value=st.text(), place=st.text(max_size=50))
def test_what_was_sealed_is_opened_in_its_place(value: str, place: str) -> None:
    cipher = FieldCipher(OLD)
    sealed = cipher.seal(value, place)
    assert cipher.open(sealed, place) == value
    assert len(value) < 4 or value not in sealed


def test_it_is_never_sealed_the_same_way_twice() -> None:
    cipher = FieldCipher(OLD)
    assert cipher.seal("13800001111", PLACE) != cipher.seal("13800001111", PLACE)


@pytest.mark.parametrize("place", ["contact|person-2|phone", "contact|person-1|name", "other|person-1|phone", ""])
def test_a_value_moved_to_another_place_is_noticed(place: str) -> None:
    with pytest.raises(Tampered):
        FieldCipher(OLD).open(FieldCipher(OLD).seal("13800001111", PLACE), place)


def test_every_changed_byte_is_noticed() -> None:
    cipher = FieldCipher(OLD)
    kid, nonce, sealed = cipher.seal("13800001111", PLACE).split(".")
    raw = base64.urlsafe_b64decode(sealed + "=" * (-len(sealed) % 4))
    for number in range(len(raw)):
        changed = bytes([*raw[:number], raw[number] ^ 1, *raw[number + 1 :]])
        text = base64.urlsafe_b64encode(changed).decode().rstrip("=")
        with pytest.raises(Tampered):
            cipher.open(f"{kid}.{nonce}.{text}", PLACE)


@pytest.mark.parametrize(
    "stored", ["", "a.b", "old.x.y", "old..", "none.AAAA.AAAA", "old.AAAAAAAAAAAAAAAA.AAAA", "...."]
)
def test_nonsense_is_said_to_be_tampered_with(stored: str) -> None:
    with pytest.raises(Tampered):
        FieldCipher(OLD).open(stored, PLACE)


def test_an_old_key_opens_and_a_new_one_seals() -> None:
    sealed = FieldCipher(OLD).seal("13800001111", PLACE)
    rotated = FieldCipher(NEW)
    assert rotated.open(sealed, PLACE) == "13800001111"
    assert rotated.seal("13800001111", PLACE).startswith("new.")
    with pytest.raises(Tampered):
        FieldCipher(OLD).open(rotated.seal("13800001111", PLACE), PLACE)


def test_a_relabelled_key_is_noticed() -> None:
    same = Keys("a", {"a": b"o" * 32, "b": b"o" * 32}, b"b" * 32, b"c" * 32)
    sealed = FieldCipher(same).seal("x", PLACE)
    with pytest.raises(Tampered):
        FieldCipher(same).open("b" + sealed[1:], PLACE)


def test_the_blind_index_finds_equals_and_needs_its_own_key() -> None:
    cipher = FieldCipher(OLD)
    assert cipher.blind("13800001111") == cipher.blind("13800001111")
    assert cipher.blind("13800001111") != cipher.blind("13800001112")
    assert FieldCipher(NEW).blind("13800001111") == cipher.blind("13800001111"), "encryption keys may be rotated"
    other = Keys("old", {"old": b"o" * 32}, b"B" * 32, b"c" * 32)
    assert FieldCipher(other).blind("13800001111") != cipher.blind("13800001111")


def test_keys_are_read_as_they_were_made(tmp_path: Path) -> None:
    secrets.ensure(tmp_path)
    keys = Keys.read(tmp_path / VAULT_KEYS)
    assert {len(each) for each in (*keys.encryption.values(), keys.blind_index, keys.codes)} == {32}
    assert keys.blind_index not in (keys.codes, *keys.encryption.values())


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{",
        "[]",
        "{}",
        '{"current": "a", "encryption": {"b": ""}, "blind_index": "", "codes": ""}',
        '{"current": "a", "encryption": {"a": "c2hvcnQ="}, "blind_index": "", "codes": ""}',
    ],
)
def test_unreadable_keys_are_said_without_their_content(tmp_path: Path, content: str) -> None:
    file = tmp_path / VAULT_KEYS
    file.write_text(content)
    with pytest.raises(ValueError, match="vault keys in") as error:
        Keys.read(file)
    assert str(file) in str(error.value)
    file.write_text(json.dumps({"current": 5, "encryption": "topsecret"}))
    with pytest.raises(ValueError, match="vault keys in") as error:
        Keys.read(file)
    assert "topsecret" not in str(error.value)


def test_a_person_is_shown_masked() -> None:
    assert (masked_name("张三丰"), masked_name(""), masked_phone("13800001111")) == ("张*", "", "138****1111")
    assert masked_phone("12345") == "*****"
