"""The OpenAPI file and samples beside the project; answers are held against them."""

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema

from tests.sandbox.reference import reference

ENVELOPE = {"Id", "Status", "ProviderName", "DateTimeUTC"}


def folder() -> Path:
    """Where the material is; skips, or fails in CI, when it is missing."""
    return reference("xero")


@cache
def contract() -> dict[str, Any]:
    """The OpenAPI file, every object closed against unknown fields."""
    found = json.loads((folder() / "xero_accounting.booleans-fixed.json").read_text())
    for schema in found["components"]["schemas"].values():
        if "properties" in schema:
            schema["additionalProperties"] = False
    made: dict[str, Any] = found
    return made


@cache
def _addresses() -> list[tuple[re.Pattern[str], dict[str, Any]]]:
    listed = []
    for path, methods in contract()["paths"].items():
        pattern = re.sub(r"\{\w+\}", "[^/]+", path)
        listed.append((re.compile(pattern), methods))
    # Fixed words before ids.
    return sorted(listed, key=lambda one: one[0].pattern.count("[^/]+"))


def _schema(method: str, path: str, status: int) -> dict[str, Any] | None:
    for pattern, methods in _addresses():
        if pattern.fullmatch(path) and method.lower() in methods:
            answer = methods[method.lower()]["responses"].get(str(status), {})
            content = answer.get("content", {}).get("application/json")
            return content["schema"] if content else None
    raise AssertionError(f"{method} {path} is not in the contract")


def check(method: str, path: str, status: int, body: Any) -> None:
    """Hold an answer against the contract: types, enums, lengths, and no unknown fields."""
    schema = _schema(method, path, status)
    if schema is None or status != 200:
        return
    if isinstance(body, dict) and set(body) >= ENVELOPE:
        body = {name: value for name, value in body.items() if name not in ENVELOPE}
    whole = {**schema, "components": contract()["components"]}
    errors = list(jsonschema.Draft4Validator(whole).iter_errors(body))
    shown = [f"{'/'.join(map(str, one.absolute_path))}: {one.message[:200]}" for one in errors]
    assert not shown, f"{method} {path}\n" + "\n".join(shown[:10])
