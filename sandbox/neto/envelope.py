"""Requests and answers as JSON and XML: roots, Ack, Messages, and what is a list when."""

from typing import Any
from xml.parsers.expat import ExpatError
from xml.sax.saxutils import escape

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring

from sandbox.common.http import Answer, BadBody, Call
from sandbox.neto.values import Problem

DEEPEST = 25
Switches = dict[str, Any]


def wants_json(call: Call) -> bool:
    """JSON is answered only to those who ask for it."""
    accept = call.headers.get("accept", "").lower()
    return "json" in accept or "javascript" in accept


def read(call: Call, action: str) -> dict[str, Any]:
    """The body as plain values, without its root. Raises BadBody and Problem."""
    if not call.body.strip():
        return {}
    if call.body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        found = _read_xml(call.body)
    else:
        found = call.json
        if not isinstance(found, dict):
            raise BadBody("not an object")
        for root in (action, f"{action}Request"):
            if set(found) == {root} and isinstance(found[root], dict):
                found = found[root]
    cleaned = _clean(found, 0)
    assert isinstance(cleaned, dict)
    return cleaned


def _clean(value: Any, depth: int) -> Any:
    if depth > DEEPEST:
        raise BadBody("nested too deeply")
    if isinstance(value, dict):
        # What is null was not sent: typed clients send every field that they know.
        sent = {name: one for name, one in value.items() if one is not None}
        return {_text(name): _clean(one, depth + 1) for name, one in sent.items()}
    if isinstance(value, list):
        return [_clean(one, depth + 1) for one in value]
    return _text(value) if isinstance(value, str) else value


def _text(value: str) -> str:
    return value.encode("utf-8", "replace").decode()


def _read_xml(body: bytes) -> dict[str, Any]:
    try:
        root = fromstring(body)
    except (ParseError, ExpatError, DefusedXmlException, ValueError, LookupError) as error:
        raise BadBody(str(error)) from error
    found = _element(root, 0)
    return found if isinstance(found, dict) else {}


def _element(element: Any, depth: int) -> Any:
    if depth > DEEPEST:
        raise BadBody("nested too deeply")
    if len(element) == 0:
        return element.text or ""
    found: dict[str, Any] = {}
    for child in element:
        value = _element(child, depth + 1)
        if child.tag not in found:
            found[child.tag] = value
        elif isinstance(found[child.tag], list):
            found[child.tag].append(value)
        else:
            found[child.tag] = [found[child.tag], value]
    return found


class Reply:
    """What an action answers: its content, and what it had to say."""

    def __init__(self, now: str, switches: Switches) -> None:
        self.now, self.switches = now, switches
        self.content: dict[str, Any] = {}
        self.writes = False
        self.warnings: list[Problem] = []
        self.errors: list[Problem] = []

    def note(self, problem: Problem) -> None:
        """Say what was wrong; what else was asked is done all the same."""
        (self.errors if problem.severity == "Error" else self.warnings).append(problem)

    @property
    def ack(self) -> str:
        """Success, Warning (something was not done), Error (nothing was)."""
        done = any(self.content.values())
        if self.errors and not done:
            return "Error"
        return "Warning" if self.errors or self.warnings else "Success"

    def body(self) -> dict[str, Any]:
        """Everything, shaped."""
        body: dict[str, Any] = {}
        if self.ack != "Error":
            found = {name: self._root(name, one) for name, one in self.content.items()}
            body = {name: one for name, one in found.items() if one is not None}
        body |= {"CurrentTime": self.now, "Ack": self.ack}
        messages = self._messages()
        if messages:
            body["Messages"] = messages
        return body

    def _root(self, name: str, value: Any) -> Any:
        if not isinstance(value, list):
            return shaped(value, name, self.switches)
        if not value:
            return _empty("absent" if self.writes else self.switches["no_match"])
        items = [shaped(one, "", self.switches) for one in value]
        if len(items) == 1:
            rule = "Written" if self.writes else name
            return items[0] if rule in self.switches["objects_for_one"] else items
        if self.writes and self.switches["keys_in_columns"]:
            return {key: [one.get(key, "") for one in items] for key in items[0]}
        return items

    def _messages(self) -> Any:
        failed = self.ack == "Error"
        said: dict[str, list[dict[str, str]]] = {"Error": [], "Warning": []}
        for problem in [*self.errors, *self.warnings]:
            severity = problem.severity if failed else "Warning"
            one = {"Message": problem.message, "SeverityCode": severity}
            if problem.description and (failed or self.switches["warnings_describe"]):
                one["Description"] = problem.description
            said[severity].append(one)
        filled: dict[str, Any] = {
            name: many[0] if len(many) == 1 and name in self.switches["objects_for_one"] else many
            for name, many in said.items()
            if many
        }
        return [filled] if filled and self.switches["messages_in_a_list"] else filled


def shaped(value: Any, name: str, switches: Switches) -> Any:
    """Lists of one become objects, empty ones what the switches say; None: leave it out."""
    if isinstance(value, dict):
        found = {key: shaped(one, key, switches) for key, one in value.items()}
        return {key: one for key, one in found.items() if one is not None}
    if not isinstance(value, list):
        return value
    if not value:
        return _empty(switches["empty_lists"])
    items = [shaped(one, name, switches) for one in value]
    return items[0] if len(items) == 1 and name in switches["objects_for_one"] else items


def _empty(how: str) -> Any:
    return {"list": [], "blank": "", "object": {}}.get(how)


def answer(call: Call, action: str, body: dict[str, Any], status: int = 200) -> Answer:
    """A body as the caller wants it."""
    if wants_json(call):
        return Answer.json(body, status)
    root = f"{action if action.isalnum() and action.isascii() else 'NetoAPI'}Response"
    xml = f'<?xml version="1.0" encoding="UTF-8"?>\n{_xml(root, body)}'
    return Answer.text(xml, status, "text/xml; charset=utf-8")


def _xml(name: str, value: Any) -> str:
    if isinstance(value, list):
        return "".join(_xml(name, one) for one in value) if value else f"<{name}/>"
    if isinstance(value, dict):
        return f"<{name}>{''.join(_xml(key, one) for key, one in value.items())}</{name}>"
    shown = "".join(one for one in str(value) if _allowed(one))
    return f"<{name}>{escape(shown)}</{name}>" if shown else f"<{name}/>"


def _allowed(one: str) -> bool:
    code = ord(one)
    return code in (9, 10, 13) or (32 <= code < 0xD800) or 0xE000 <= code < 0xFFFE or code > 0xFFFF
