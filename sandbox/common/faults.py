"""What goes wrong on purpose: rules that match requests and say what happens to them.

A rule is JSON: {"match": {"method", "path" (regular expression), "body" (text in it)},
"nth": 1, "times": 1, and one or more of
"status": 503 (the vendor's own answer for it, before anything is done), "retry_after": 5,
"delay": 2.5 (seconds, before), "drop": "before" | "after" (the connection is cut before anything
is done, or after it was committed), "body": "garbage" | "html" | "xml" | "truncated" | "empty" |
"huge" (instead of the answer, after it was committed), or, in an answer of JSON, "nulls" (texts are
null) or "new_words" (words in capitals are ones that nobody knows)}.
`nth` counts matching requests from 1; `times` 0 means from then on.
"""

import re
from dataclasses import dataclass, field
from typing import Any, Literal

import simplejson

from sandbox.common.http import Answer, Call

Drop = Literal["before", "after"]
BODIES = ("garbage", "html", "xml", "truncated", "empty", "huge", "nulls", "new_words")
HTML = (
    "<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>"
)


@dataclass(slots=True)
class Fault:
    """One rule; `seen` counts the requests that matched."""

    method: str = ""
    path: re.Pattern[str] = field(default_factory=lambda: re.compile(""))
    text: str = ""
    nth: int = 1
    times: int = 1
    status: int = 0
    retry_after: float | None = None
    delay: float = 0.0
    drop: str = ""
    body: str = ""
    seen: int = 0

    @classmethod
    def read(cls, rule: dict[str, Any]) -> "Fault":
        """A rule as it was posted. Raises ValueError naming what is wrong."""
        match = rule.get("match") or {}
        unknown = set(rule) - {*cls.__slots__, "match"} | set(match) - {"method", "path", "body"}
        if unknown:
            raise ValueError(f"unknown: {', '.join(sorted(unknown))}")
        if rule.get("drop", "") not in ("", "before", "after"):
            raise ValueError("drop: before or after")
        if rule.get("body", "") not in ("", *BODIES):
            raise ValueError(f"body: one of {', '.join(BODIES)}")
        retry = rule.get("retry_after")
        return cls(
            method=str(match.get("method", "")).upper(),
            path=re.compile(str(match.get("path", ""))),
            text=str(match.get("body", "")),
            nth=int(rule.get("nth", 1)),
            times=int(rule.get("times", 1)),
            status=int(rule.get("status", 0)),
            retry_after=None if retry is None else float(retry),
            delay=float(rule.get("delay", 0)),
            drop=str(rule.get("drop", "")),
            body=str(rule.get("body", "")),
        )

    def strikes(self, call: Call) -> bool:
        """Whether this request is one that it is for; counts it."""
        if self.method not in ("", call.method) or not self.path.search(call.path):
            return False
        if self.text and self.text.encode() not in call.body:
            return False
        self.seen += 1
        return self.seen >= self.nth and (not self.times or self.seen < self.nth + self.times)


class FaultPlan:
    """The rules in force, in memory: a restarted sandbox behaves."""

    def __init__(self) -> None:
        self.rules: list[Fault] = []

    def strike(self, call: Call) -> Fault | None:
        """The first rule that is for this request."""
        struck = [rule for rule in self.rules if rule.strikes(call)]
        return struck[0] if struck else None


def spoilt(answer: Answer, body: str) -> Answer:
    """The answer as it arrives after something between spoilt it."""
    match body:
        case "garbage":
            return Answer(answer.status, b"\x00\xff{not json]", answer.headers)
        case "html":
            return Answer.text(HTML, 502)
        case "xml":
            xml = '<?xml version="1.0" encoding="UTF-8"?><Response/>'
            return Answer.text(xml, answer.status, "application/xml")
        case "truncated":
            return Answer(answer.status, answer.body[: len(answer.body) // 2], answer.headers)
        case "nulls" | "new_words":
            return Answer(answer.status, _odd(answer.body, body), answer.headers)
        case "empty":
            return Answer(answer.status, b"", answer.headers)
        case _:
            return Answer(answer.status, b" " * 50_000_000 + answer.body, answer.headers)


def _odd(body: bytes, how: str) -> bytes:
    """JSON with odd values in it; anything else as it is."""

    def changed(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: changed(one) for name, one in value.items()}
        if isinstance(value, list):
            return [changed(one) for one in value]
        if isinstance(value, str) and how == "nulls":
            return None
        capitals = isinstance(value, str) and re.fullmatch(r"[A-Z_]{3,}", value)
        return "BRAND_NEW" if capitals else value

    try:
        return simplejson.dumps(changed(simplejson.loads(body, use_decimal=True))).encode()
    except ValueError:
        return body
