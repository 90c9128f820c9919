"""Codes that can be read out and written down."""

from hypothesis import given
from hypothesis import strategies as st

from mimin.inbox.states import CASE
from mimin.portal import rules


@given(st.binary(min_size=16, max_size=16))
def test_a_code_has_only_letters_that_nobody_mistakes(chance: bytes) -> None:
    code = rules.code_of(chance)
    assert len(code) == rules.CODE_LENGTH
    assert set(code) <= set(rules.LETTERS)
    assert not set(code) & set("01OIL")


@given(st.binary(min_size=16, max_size=16))
def test_a_code_is_known_again_however_it_is_typed(chance: bytes) -> None:
    code = rules.code_of(chance)
    for spelling in (
        rules.spelled(code),
        code.lower(),
        f" {code[:4]} {code[4:]} ",
        f"{code[:4]}–{code[4:]}.",
    ):
        assert rules.typed(spelling) == code


@given(st.integers(0, 2**128 - 1))
def test_a_secret_word_is_six_digits(number: int) -> None:
    assert len(rules.secret_of(f"{number:032x}")) == 6
    assert rules.secret_of(f"{number:032x}").isdecimal()


def test_every_state_of_a_case_has_words_for_its_citizen() -> None:
    assert set(rules.STATES) == set(CASE.states)
    assert set(rules.ASKED) <= set(CASE.states)
