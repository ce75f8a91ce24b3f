"""Network keys: 145 random bits in six groups of five that can be read out loud.

A key looks like `WH-7K2QF-…`. Its letters are Crockford's base 32 (no I, L, O, U), and the last
character is a check: one wrong character, or any two swapped, is noticed before anything is
looked up. So a slip of the tongue costs no try against the limit on guessing.
"""

import hashlib
import secrets

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
PREFIX = "WH"
GROUPS = 6
GROUP_LENGTH = 5
LENGTH = GROUPS * GROUP_LENGTH
_SHOWN_WHEN_MASKED = 3
_LONGEST_TYPED = 200
_VALUES = {letter: value for value, letter in enumerate(ALPHABET)}
_CONFUSED = str.maketrans({"O": "0", "I": "1", "L": "1"})


def _times_alpha(element: int) -> int:
    """The element of GF(32) multiplied by the generator; the polynomial is x^5 + x^2 + 1."""
    shifted = element << 1
    return shifted ^ 0b100101 if shifted & 0b100000 else shifted


def _check_value(data: str) -> int:
    """Horner's sum of the characters weighted by distinct powers of the generator.

    The powers differ over 31 positions, which is what makes every swap show.
    """
    total = 0
    for letter in data:
        total = _times_alpha(total ^ _VALUES[letter])
    return total


def new_key() -> str:
    """A fresh network key, from the operating system's random numbers."""
    data = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH - 1))
    return _grouped(data + ALPHABET[_check_value(data)])


def _grouped(letters: str) -> str:
    groups = [letters[start : start + GROUP_LENGTH] for start in range(0, LENGTH, GROUP_LENGTH)]
    return "-".join([PREFIX, *groups])


def _letters(text: str) -> str:
    """What was typed, without spaces, dashes and prefix, and with look-alikes put right."""
    kept = "".join(letter for letter in text[:_LONGEST_TYPED].upper() if letter.isalnum())
    letters = kept.translate(_CONFUSED)
    return letters[len(PREFIX) :] if len(letters) == LENGTH + len(PREFIX) else letters


def normalise_key(text: str) -> str:
    """The key as it is stored, however it was typed; "" when it cannot be a key at all."""
    letters = _letters(text)
    if len(letters) != LENGTH or any(letter not in _VALUES for letter in letters):
        return ""
    return _grouped(letters)


def is_well_formed(text: str) -> bool:
    """Whether this could be a network key: its length, letters and check character are right."""
    key = normalise_key(text)
    if not key:
        return False
    letters = _letters(key)
    return ALPHABET[_check_value(letters[:-1])] == letters[-1]


def mask_key(key: str) -> str:
    """The key with all but its last three characters hidden; 130 bits stay unknown."""
    shown = key[-_SHOWN_WHEN_MASKED:]
    hidden = "".join("-" if letter == "-" else "•" for letter in key[len(PREFIX) :])
    return PREFIX + hidden[:-_SHOWN_WHEN_MASKED] + shown


def hash_key(key: str) -> str:
    """What a key is looked up by: SHA-256 in hexadecimal; its bits need no slow hash."""
    return hashlib.sha256(normalise_key(key).encode()).hexdigest()
