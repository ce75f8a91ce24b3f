"""One HTTP call to QuickBooks: token, limits, time, size, and the record of what was said."""

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import requests

from accounting.domain.answers import ProviderDown, Verdict
from accounting.domain.states import Action
from accounting.engine.provider import Heard, Listener, TokenSource
from accounting.quickbooks import faults
from accounting.quickbooks.addresses import addresses

MINOR_VERSION = "75"
TIMEOUT = (10, 60)
REPORT_TIMEOUT = (10, 130)
LONGEST_ANSWER = 64 * 1024 * 1024
# What a float holds exactly; longer numbers go as text, which QuickBooks takes as well.
DIGITS_OF_FLOAT = 15


class AnswerLost(Exception):
    """The call was made and nobody knows how it ended."""


@dataclass(frozen=True, slots=True)
class Answered:
    """A parsed answer. `body` is None when it was no JSON."""

    status: int
    body: Any
    text: str

    @property
    def errors(self) -> list[faults.FaultError]:
        """What it refuses, also with status 200."""
        if self.body is None:
            return faults.errors_of_text(self.text)
        return faults.errors_of(self.body)


def encode(payload: Any) -> bytes:
    """JSON with amounts as numbers."""
    return json.dumps(payload, default=_number, separators=(",", ":")).encode()


def _number(value: Any) -> Any:
    if not isinstance(value, Decimal):
        raise TypeError(f"{type(value).__name__} has no place in a payload")
    if len(value.as_tuple().digits) > DIGITS_OF_FLOAT:
        return format(value, "f")
    return float(value) if value % 1 else int(value)


class Transport:
    """Calls to one company, with the token refreshed once when it is refused."""

    def __init__(
        self, realm: str, tokens: TokenSource, heard: Listener, wait: Callable[[str], None]
    ) -> None:
        self._base = f"{addresses().api}/v3/company/{realm}"
        self._tokens = tokens
        self._heard = heard
        self._wait = wait
        self._http = requests.Session()
        self._http.trust_env = False

    def get(self, path: str, params: Mapping[str, str] | None = None) -> Any:
        """A read; raises ProviderDown."""
        slow = path.startswith("/reports/")
        try:
            answered = self._call("GET", path, params or {}, None, slow=slow)
        except AnswerLost as error:
            raise ProviderDown(faults.trouble()) from error
        if answered.errors or answered.status != 200 or not isinstance(answered.body, dict):
            raise ProviderDown(faults.verdict_of(answered.errors, answered.status, writes=False))
        return answered.body

    def post(
        self, path: str, payload: Any, params: Mapping[str, str], *, batch: bool = False
    ) -> Answered:
        """A write; raises AnswerLost when its outcome is unknown."""
        return self._call("POST", path, params, payload, batch=batch)

    def _call(
        self,
        method: str,
        path: str,
        params: Mapping[str, str],
        payload: Any,
        *,
        batch: bool = False,
        slow: bool = False,
    ) -> Answered:
        answered = self._once(method, path, params, payload, self._tokens(False), batch, slow)
        if answered.status == 401:
            answered = self._once(method, path, params, payload, self._tokens(True), batch, slow)
        if answered.status == 401:
            verdict = faults.verdict_of(answered.errors, 401, writes=False)
            raise ProviderDown(
                Verdict(Action.RECONNECT, verdict.code, verdict.sentence, fix=verdict.fix)
            )
        if answered.status == 429:
            raise ProviderDown(faults.verdict_of(answered.errors, 429, writes=False))
        return answered

    def _once(  # noqa: PLR0917 - one call, told from one place
        self,
        method: str,
        path: str,
        params: Mapping[str, str],
        payload: Any,
        token: str,
        batch: bool,
        slow: bool,
    ) -> Answered:
        self._wait("request")
        if batch:
            self._wait("batch")
        began = time.monotonic()
        status: int | None = None
        trace, text = "", ""
        body: Any = None
        try:
            with self._http.request(
                method,
                self._base + path,
                params={**params, "minorversion": MINOR_VERSION},
                data=None if payload is None else encode(payload),
                headers={
                    "Authorization": f"Bearer {token}",
                    "Accept": "application/json",
                    "Content-Type": "application/json",
                },
                timeout=REPORT_TIMEOUT if slow else TIMEOUT,
                allow_redirects=False,
                stream=True,
            ) as answer:
                status = answer.status_code
                trace = answer.headers.get("intuit_tid", "")[:80]
                content = _bounded(answer)
        except (requests.RequestException, AnswerLost) as error:
            text = type(error).__name__
            raise AnswerLost(text) from error
        else:
            body = faults.parse(content)
            text = content[:20_000].decode("utf-8", "replace") if body is None else ""
        finally:
            milliseconds = round((time.monotonic() - began) * 1000)
            said = {"params": dict(params), "body": payload}
            self._heard(Heard(method, path, status, milliseconds, trace, said, body or text))
        return Answered(status, body, text)


def _bounded(answer: requests.Response) -> bytes:
    """The body, decompressed, up to a limit: a bomb is no answer."""
    parts, size = [], 0
    for part in answer.iter_content(256 * 1024):
        size += len(part)
        if size > LONGEST_ANSWER:
            raise AnswerLost("the answer is too long")
        parts.append(part)
    return b"".join(parts)
