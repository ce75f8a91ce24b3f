"""What QuickBooks pushes: the signature, and both formats of the news (facts §2.7)."""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any

from accounting.domain.incoming import Told

MOST_EVENTS = 10_000
LONGEST_KEY = 80


def is_signed(body: bytes, signature: str, token: str) -> bool:
    """Whether the raw body was signed with our verifier token; takes the same time either way."""
    wanted = base64.b64encode(hmac.new(token.encode(), body, hashlib.sha256).digest())
    return hmac.compare_digest(wanted, signature.strip().encode("utf-8", "replace"))


def read_events(body: bytes) -> list[Told]:
    """The news in either format; raises ValueError for what is neither."""
    try:
        parsed = json.loads(body)
    except RecursionError as error:
        raise ValueError("too deep") from error
    older = parsed.get("eventNotifications") if isinstance(parsed, Mapping) else None
    if isinstance(parsed, list):
        events = [_cloud(row) for row in parsed[:MOST_EVENTS] if isinstance(row, Mapping)]
    elif not isinstance(older, list):
        raise ValueError("neither a list of events nor notifications")  # noqa: TRY004 - of input
    else:
        events = _classic(older)
    return [event for event in events if event.realm and event.key]


def _cloud(row: Mapping[str, Any]) -> Told:
    """`qbo.invoice.updated.v1`: the entity in lower case, what happened in the past tense."""
    parts = [*str(row.get("type", "")).split("."), "", "", ""]
    data = row.get("data")
    merged = data.get("deletedId") if isinstance(data, Mapping) else None
    return Told(
        realm=_short(row.get("intuitaccountid")),
        key=_key(str(row.get("id", ""))),
        entity=parts[1][:24],
        id=_short(row.get("intuitentityid")),
        operation=parts[2][:24],
        merged=_short(merged),
    )


def _classic(notifications: list[Any]) -> list[Told]:
    found: list[Told] = []
    for one in notifications[:MOST_EVENTS]:
        change = one.get("dataChangeEvent") if isinstance(one, Mapping) else None
        rows = change.get("entities") if isinstance(change, Mapping) else None
        for row in rows if isinstance(rows, list) else []:
            if isinstance(row, Mapping) and len(found) < MOST_EVENTS:
                names = ("name", "id", "operation", "lastUpdated", "deletedId")
                said = "\n".join(str(row.get(name, "")) for name in names)
                found.append(
                    Told(
                        realm=_short(one.get("realmId")),
                        key=hashlib.sha256(said.encode()).hexdigest(),
                        entity=str(row.get("name", "")).lower()[:24],
                        id=_short(row.get("id")),
                        operation=str(row.get("operation", "")).lower()[:24],
                        merged=_short(row.get("deletedId")),
                    )
                )
    return found


def _short(value: Any) -> str:
    return str(value)[:64] if isinstance(value, str | int) else ""


def _key(text: str) -> str:
    if len(text) <= LONGEST_KEY:
        return text
    return hashlib.sha256(text.encode()).hexdigest()
