"""Taking secrets out of what is kept of an exchange. Pure."""

from collections.abc import Mapping
from typing import Any

SECRET_WORDS = ("token", "secret", "password", "authorization", "accountnumber", "routingnumber",
                "taxidentifier", "ccnumber", "cvv")  # fmt: skip
REMOVED = "(removed)"
DEEPEST = 12


def redacted(value: Any, depth: int = 0) -> Any:
    """The same structure with the values of keys that name a secret taken out."""
    if depth > DEEPEST:
        return "…"
    if isinstance(value, Mapping):
        return {
            str(key): REMOVED if _is_secret(str(key)) else redacted(each, depth + 1)
            for key, each in value.items()
        }
    if isinstance(value, list | tuple):
        return [redacted(each, depth + 1) for each in value]
    return value


def _is_secret(key: str) -> bool:
    word = key.lower().replace("_", "").replace("-", "")
    return word != "synctoken" and any(secret in word for secret in SECRET_WORDS)
