"""Network keys are long, readable out loud, and forgiving of how they are typed."""

import re

from hypothesis import given
from hypothesis import strategies as st

from network.domain.keys import (
    ALPHABET,
    GROUPS,
    LENGTH,
    hash_key,
    is_well_formed,
    mask_key,
    new_key,
    normalise_key,
)

KEYS = st.builds(new_key)


def test_a_key_has_six_groups_of_five_and_no_two_are_alike() -> None:
    """N2: 128 bits or more."""
    keys = {new_key() for _ in range(1_000)}
    assert len(keys) == 1_000
    assert 5 * (LENGTH - 1) >= 128
    pattern = re.compile(rf"WH(-[{ALPHABET}]{{5}}){{{GROUPS}}}")
    assert all(pattern.fullmatch(key) and is_well_formed(key) for key in keys)


@given(KEYS)
def test_a_key_is_recognised_however_it_is_typed(key: str) -> None:
    """N2: case, spaces, dashes and look-alike letters do not matter."""
    spoken = key.replace("0", "o").replace("1", "l")
    ways = [key.lower(), key[3:], f"  {key} ", spoken, key.replace("-", " "), key.replace("-", "")]
    ways += [key.replace("1", "I"), key.replace("-", " \u2013 ")]
    for typed in ways:
        assert normalise_key(typed) == key
        assert is_well_formed(typed)
        assert hash_key(typed) == hash_key(key)


@given(KEYS, st.integers(0, LENGTH - 1), st.sampled_from(ALPHABET))
def test_one_wrong_character_is_noticed(key: str, position: int, other: str) -> None:
    """N2: every single slip shows in the check character."""
    letters = list(key[3:].replace("-", ""))
    changed = letters[position] != other
    letters[position] = other
    assert is_well_formed("".join(letters)) is not changed


@given(KEYS, st.integers(0, LENGTH - 1), st.integers(0, LENGTH - 1))
def test_two_swapped_characters_are_noticed(key: str, left: int, right: int) -> None:
    """N2: every swap shows, not only of neighbours."""
    letters = list(key[3:].replace("-", ""))
    changed = letters[left] != letters[right]
    letters[left], letters[right] = letters[right], letters[left]
    assert is_well_formed("".join(letters)) is not changed


@given(st.text(max_size=300))
def test_any_text_is_judged_without_an_error(text: str) -> None:
    """N2: bad input is an answer."""
    assert is_well_formed(text) in (True, False)
    assert normalise_key(text) == "" or len(normalise_key(text)) == len(new_key())


def test_what_cannot_be_a_key_is_empty() -> None:
    """N2: too short, too long, letters that no key has."""
    for text in ("", "WH", "U" * LENGTH, "A" * (LENGTH + 1), "٣" * LENGTH):
        assert normalise_key(text) == ""
        assert not is_well_formed(text)


def test_a_masked_key_shows_its_end_only() -> None:
    """N2: what a list shows is not enough to use it."""
    key = new_key()
    masked = mask_key(key)
    assert len(masked) == len(key)
    assert masked.endswith(key[-3:])
    assert masked[:-3] == "WH-•••••-•••••-•••••-•••••-•••••-••"
