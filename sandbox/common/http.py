"""Requests and answers as a sandbox sees them, and the table of its addresses."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

import simplejson


class Refused(Exception):
    """Ends a request with an answer; nothing that it changed is kept."""

    def __init__(self, answer: "Answer") -> None:
        super().__init__(answer.status)
        self.answer = answer


class BadBody(Exception):
    """The body is not what its content type says; each vendor has its own words for that."""


@dataclass(frozen=True, slots=True)
class Call:
    """One request, read whole. Header names are lower case; `path` is decoded and has no query."""

    method: str
    path: str
    raw_query: str
    headers: Mapping[str, str]
    body: bytes
    at: float  # seconds since 1970, of the sandbox's clock

    @property
    def query(self) -> dict[str, str]:
        """The query's parameters, the first of each name."""
        found = parse_qs(self.raw_query, keep_blank_values=True)
        return {name: values[0] for name, values in found.items()}

    @property
    def form(self) -> dict[str, str]:
        """A form-encoded body. Raises BadBody."""
        try:
            found = parse_qs(self.body.decode("utf-8"), keep_blank_values=True)
        except UnicodeDecodeError as error:
            raise BadBody("not UTF-8") from error
        return {name: values[0] for name, values in found.items()}

    @property
    def json(self) -> Any:
        """A JSON body, its numbers as int or Decimal. Raises BadBody."""
        try:
            return simplejson.loads(self.body.decode("utf-8-sig"), use_decimal=True)
        except (ValueError, RecursionError) as error:
            raise BadBody(str(error)) from error


@dataclass(slots=True)
class Answer:
    """One answer; `body` is sent as it is."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)

    @classmethod
    def json(cls, value: Any, status: int = 200, **headers: str) -> "Answer":
        """`value` as JSON; Decimals are written as numbers."""
        named = {name.replace("_", "-"): text for name, text in headers.items()}
        body = simplejson.dumps(value, use_decimal=True, separators=(",", ":")).encode()
        return cls(status, body, {"content-type": "application/json", **named})

    @classmethod
    def text(cls, text: str, status: int = 200, kind: str = "text/html; charset=utf-8") -> "Answer":
        """Text of any kind."""
        return cls(status, text.encode(), {"content-type": kind})

    @classmethod
    def redirect(cls, address: str) -> "Answer":
        """Go there."""
        return cls(302, b"", {"location": address})


Handler = Callable[..., Answer]


class Routes:
    """Addresses by method and pattern; `{name}` is one step of a path, given to the handler."""

    def __init__(self) -> None:
        self._routes: list[tuple[str, re.Pattern[str], Handler]] = []

    def add(self, methods: str | Iterable[str], pattern: str, handler: Handler) -> None:
        """`handler(call, **steps)` answers `pattern`; the first that fits does."""
        compiled = re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", pattern) + "/?")
        for method in [methods] if isinstance(methods, str) else methods:
            self._routes.append((method, compiled, handler))

    def find(self, call: Call) -> tuple[Handler | None, dict[str, str], list[str]]:
        """The handler, its steps, and the methods that the address has (for 405)."""
        allowed: list[str] = []
        for method, pattern, handler in self._routes:
            match = pattern.fullmatch(call.path)
            if match is None:
                continue
            if method == call.method:
                return handler, match.groupdict(), []
            allowed.append(method)
        return None, {}, allowed
