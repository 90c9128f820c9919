"""Sealing: what was sealed opens in its place with its key, and nothing else does."""

from __future__ import annotations

from base64 import b64encode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mimin.lib.crypto import (
    KeyMissing,
    Keyring,
    Tampered,
    key_id_of,
    new_key,
)

UNHURRIED = settings(deadline=None)  # a busy machine is no failure

ONE, TWO = bytes(range(32)), bytes(range(32, 64))
OLD = Keyring({"k1": ONE}, "k1")
RING = Keyring({"k2": TWO, "k1": ONE}, "k2")
NEW = Keyring({"k2": TWO}, "k2")
SECRET = b"Aduan tentang pejabat, jangan disebarkan"
# Test vectors: what stands in a database or a backup must open for ever.
FROZEN_TOKEN = "01026b313917eef908e2be1e86bf4d36b2ea648809cc33c9438414e0ea350faa0570bcc973a8b0"
FROZEN_FINGERPRINT = "da8c33be376d2ee3accac62da75d9ad6"


def entry(key_id: str, secret: bytes) -> str:
    return f"{key_id}:{b64encode(secret).decode()}"


# --- Tokens ---


@UNHURRIED
@given(st.binary(max_size=500), st.text(min_size=1, max_size=20))
def test_what_is_sealed_opens_for_its_purpose(plain: bytes, purpose: str) -> None:
    assert RING.open(RING.seal(plain, purpose=purpose), purpose=purpose) == plain


def test_a_token_tells_its_key_and_hides_its_content() -> None:
    token = RING.seal(SECRET, purpose="case.text")
    assert (key_id_of(token), SECRET in token) == ("k2", False)
    assert len(token) == 1 + 1 + len("k2") + 12 + len(SECRET) + 16


def test_the_same_text_never_makes_the_same_token() -> None:
    assert len({RING.seal(SECRET, purpose="case.text") for _ in range(1000)}) == 1000


def test_a_token_written_by_an_earlier_release_still_opens() -> None:
    token = bytes.fromhex(FROZEN_TOKEN)
    assert OLD.open(token, purpose="case.text") == b"rahasia"


def test_a_token_moved_to_another_field_does_not_open() -> None:
    token = RING.seal(SECRET, purpose="case.text")
    with pytest.raises(Tampered):
        RING.open(token, purpose="connection.password")


@UNHURRIED
@given(st.data())
def test_a_token_with_any_byte_changed_does_not_open(data: st.DataObject) -> None:
    token = bytearray(RING.seal(SECRET, purpose="case.text"))
    position = data.draw(st.integers(0, len(token) - 1))
    token[position] ^= data.draw(st.integers(1, 255))
    with pytest.raises((Tampered, KeyMissing)):
        RING.open(bytes(token), purpose="case.text")


def test_a_token_cut_anywhere_does_not_open() -> None:
    token = RING.seal(SECRET, purpose="case.text")
    for length in range(len(token)):
        with pytest.raises(Tampered):
            RING.open(token[:length], purpose="case.text")


@UNHURRIED
@given(st.binary(max_size=80))
def test_any_other_bytes_are_no_token(noise: bytes) -> None:
    with pytest.raises((Tampered, KeyMissing)):
        RING.open(noise, purpose="case.text")


def test_a_token_that_names_another_key_of_the_ring_does_not_open() -> None:
    token = RING.seal(SECRET, purpose="case.text").replace(b"k2", b"k1", 1)
    with pytest.raises(Tampered):
        RING.open(token, purpose="case.text")


def test_a_view_of_memory_opens_like_bytes() -> None:
    token = RING.seal(SECRET, purpose="case.text")
    assert RING.open(memoryview(token), purpose="case.text") == SECRET
    assert key_id_of(memoryview(token)) == "k2"


def test_sealing_without_a_purpose_is_refused() -> None:
    with pytest.raises(ValueError, match="a purpose is needed"):
        RING.seal(SECRET, purpose="")


# --- Rotation, and what happens when a key is lost ---


def test_after_a_new_key_old_tokens_open_and_new_ones_use_it() -> None:
    old = OLD.seal(SECRET, purpose="case.text")
    assert RING.open(old, purpose="case.text") == SECRET
    assert key_id_of(RING.seal(SECRET, purpose="case.text")) == "k2"


def test_a_rotated_token_opens_without_the_old_key() -> None:
    rotated = RING.rotate(OLD.seal(SECRET, purpose="case.text"), purpose="case.text")
    assert (key_id_of(rotated), NEW.open(rotated, purpose="case.text")) == ("k2", SECRET)


def test_a_token_of_the_current_key_stays_as_it_is() -> None:
    token = RING.seal(SECRET, purpose="case.text")
    assert RING.rotate(token, purpose="case.text") == token


def test_a_lost_key_is_named_and_what_is_lost_is_said() -> None:
    with pytest.raises(KeyMissing) as lost:
        NEW.open(OLD.seal(SECRET, purpose="case.text"), purpose="case.text")
    assert lost.value.key_id == "k1"
    assert str(lost.value) == (
        "This was sealed with the key 'k1', which is not in MIMIN_KEYRING. Put that key back from where it "
        "is kept safe, and it can be read again. If the key is lost, everything sealed with it is lost: "
        "enter stored passwords anew; confidential text and backups of that time stay closed."
    )


def test_a_changed_token_says_what_to_do() -> None:
    with pytest.raises(Tampered) as changed:
        RING.open(RING.seal(SECRET, purpose="a"), purpose="b")
    assert str(changed.value) == (
        "This sealed text does not open. Either it was changed or cut after it was sealed, or it lies where "
        "another one belongs, or the key has the right name but is not the key that sealed it. Trust nothing "
        "of it: compare the marks of the keys, then take it from a backup."
    )


def test_a_different_key_under_the_same_name_does_not_open_and_its_mark_shows_it() -> None:
    impostor = Keyring({"k1": TWO}, "k1")
    with pytest.raises(Tampered):
        impostor.open(OLD.seal(SECRET, purpose="case.text"), purpose="case.text")
    assert impostor.mark("k1") != OLD.mark("k1")
    assert (OLD.mark("k1"), len(OLD.mark("k1"))) == (RING.mark("k1"), 8)


def test_the_mark_of_a_key_that_is_not_there_is_an_error() -> None:
    with pytest.raises(KeyMissing):
        NEW.mark("k1")


# --- Fingerprints ---


def test_a_fingerprint_stays_when_the_current_key_changes() -> None:
    prints = {ring.fingerprint("@warga", purpose="author") for ring in (OLD, RING)}
    assert prints == {FROZEN_FINGERPRINT}


def test_a_fingerprint_changes_with_text_purpose_and_anchor() -> None:
    prints = {
        RING.fingerprint("@warga", purpose="author"),
        RING.fingerprint("@warga2", purpose="author"),
        RING.fingerprint("@warga", purpose="phone"),
        NEW.fingerprint("@warga", purpose="author"),
    }
    assert len(prints) == 4


def test_a_purpose_and_a_text_cannot_be_shifted_into_each_other() -> None:
    assert RING.fingerprint("bc", purpose="a") != RING.fingerprint("c", purpose="ab")


def test_the_anchor_may_be_named() -> None:
    named = Keyring({"k2": TWO, "k1": ONE}, "k2", anchor="k2")
    assert named.fingerprint("@warga", purpose="author") == NEW.fingerprint("@warga", purpose="author")


# --- The setting ---


def test_the_first_key_of_the_setting_seals_and_the_last_makes_fingerprints() -> None:
    ring = Keyring.parse(f" {entry('k2', TWO)}, {entry('k1', ONE)},")
    assert (ring.current, ring.anchor, dict(ring.keys)) == ("k2", "k1", {"k2": TWO, "k1": ONE})


def test_a_new_key_can_be_put_into_the_setting() -> None:
    first, second = new_key("k1"), new_key("k1")
    assert first != second
    assert Keyring.parse(first).current == "k1"


@pytest.mark.parametrize(
    ("setting", "reason"),
    [
        ("", "the keyring is empty: it needs at least one key, as id:base64"),
        (" , ", "the keyring is empty: it needs at least one key, as id:base64"),
        ("k1", "the key 'k1' has 0 bytes, not 32"),
        ("k1:not base64!", "entry 1 of the keyring is not id:base64"),
        (entry("k1", ONE) + ",k2:ä", "entry 2 of the keyring is not id:base64"),
        (entry("k1", ONE[:16]), "the key 'k1' has 16 bytes, not 32"),
        (entry("k1", ONE) + "," + entry("k1", TWO), "the keyring names the key 'k1' twice"),
        (entry("k 1", ONE), "'k 1' is no name for a key: 1 to 32 letters, digits, dots, dashes, underscores"),
        (entry("", ONE), "'' is no name for a key: 1 to 32 letters, digits, dots, dashes, underscores"),
    ],
)
def test_a_setting_that_cannot_be_read_says_why_and_shows_no_key(setting: str, reason: str) -> None:
    with pytest.raises(ValueError, match="key") as refused:
        Keyring.parse(setting)
    assert str(refused.value) == reason
    assert refused.value.__cause__ is None


@pytest.mark.parametrize(("current", "anchor"), [("k3", ""), ("k1", "k3")])
def test_a_current_key_or_anchor_that_is_not_there_is_refused(current: str, anchor: str) -> None:
    with pytest.raises(ValueError, match="the keyring has no key 'k3'"):
        Keyring({"k1": ONE}, current, anchor)


@pytest.mark.parametrize("key_id", ["", "a b", "a,b", "a:b", "ä", "x" * 33])
def test_a_name_that_the_setting_could_not_hold_is_refused(key_id: str) -> None:
    with pytest.raises(ValueError, match="no name for a key"):
        new_key(key_id)


def test_no_key_shows_in_a_log() -> None:
    assert repr(RING) == "Keyring(current='k2', anchor='k1')"
