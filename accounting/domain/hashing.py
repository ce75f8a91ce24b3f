"""Fingerprints of payloads: an unchanged one makes no call. Pure."""

import hashlib
import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    return str(value)


def fingerprint(payload: Mapping[str, Any], *extra: str) -> str:
    """SHA-256 in hex of a payload's canonical JSON: keys sorted, 1.50 the same as 1.5."""
    text = json.dumps(_normal(payload), sort_keys=True, separators=(",", ":"), default=_plain)
    return hashlib.sha256("\n".join((text, *extra)).encode()).hexdigest()


def _normal(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _normal(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_normal(each) for each in value]
    return value
