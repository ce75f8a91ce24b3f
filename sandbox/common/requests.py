"""The request log: what was asked and answered, without secrets."""

import re
from typing import Any

from sandbox.common.http import Answer, Call
from sandbox.common.store import Store

KEPT = 10_000
LONGEST = 4_000
SECRET = re.compile(
    r'("?(?:access_token|refresh_token|id_token|client_secret|code|password|NETOAPI_KEY)"?\s*[=:]\s*"?)'
    r"[^\s\"&,}]+",
    re.IGNORECASE,
)


def note(store: Store, call: Call, answer: Answer, seconds: float) -> None:
    """Write one line; every thousandth time the oldest lines go."""
    cursor = store.connection.execute(
        "INSERT INTO request (at, method, path, status, seconds, sent, answered)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            call.at,
            call.method,
            _shown(f"{call.path}?{call.raw_query}" if call.raw_query else call.path),
            answer.status,
            seconds,
            _shown(call.body),
            _shown(answer.body),
        ),
    )
    if (cursor.lastrowid or 0) % 1000 == 0:
        store.connection.execute(
            "DELETE FROM request WHERE id <= ?", ((cursor.lastrowid or 0) - KEPT,)
        )


def _shown(text: str | bytes) -> str:
    if isinstance(text, bytes):
        text = text[:LONGEST].decode("utf-8", "replace")
    return SECRET.sub(r"\1…", text[:LONGEST])


def newest(store: Store, limit: int = 200) -> list[dict[str, Any]]:
    """The last requests, newest first."""
    rows = store.connection.execute(
        "SELECT id, at, method, path, status, seconds, sent, answered FROM request"
        " ORDER BY id DESC LIMIT ?",
        (limit,),
    )
    names = ("id", "at", "method", "path", "status", "seconds", "sent", "answered")
    return [dict(zip(names, row, strict=True)) for row in rows]
