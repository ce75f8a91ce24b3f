"""Fingerprints of payloads: an unchanged one makes no call. Pure."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict
from decimal import Decimal
from typing import Any

from accounting.domain.outgoing import Document

# What our settings add to a document, and what its own writing does not change.
# When the goods of an imported sale left is no reason to write it anew there either.
OURS_ALONE = frozenset(
    {"wanted", "skip", "held", "class_key", "department_key", "channel", "note", "ship_on"}
)

TAKEN_OVER = "there-"


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


def as_taken_over(document: Document) -> str:
    """The mark of a document that was taken over from there, in place of a payload's fingerprint.

    While it stays as it was taken over, nothing is sent: what stands there is better known there.
    """
    return TAKEN_OVER + fingerprint(_without(asdict(document)))[:58]


def _without(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _without(each) for key, each in value.items() if key not in OURS_ALONE}
    if isinstance(value, list | tuple):
        return [_without(each) for each in value]
    return value
