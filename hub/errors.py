"""The base of every error that a user may read."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any


class FailureType(StrEnum):
    """Who has to act: nobody (it passes), the person who reads it, or the operators."""

    TRANSIENT = "transient"
    USER = "user"
    SYSTEM = "system"


class WharfError(Exception):
    """A rule was broken; the message says what happened and what to do.

    `fields` maps a field's path (`lines.3.quantity`) to messages for that field.
    Subclasses set `code` (stable, snake case), `status` (HTTP) and `failure_type`.
    """

    code = "error"
    status = 400
    failure_type = FailureType.USER

    def __init__(
        self,
        message: str,
        *,
        fields: Mapping[str, list[str]] | None = None,
        code: str | None = None,
        **data: Any,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.fields = dict(fields or {})
        self.data = data
        if code is not None:
            self.code = code


class InvalidInput(WharfError):
    """Something that was typed cannot be used; `fields` says which and why."""

    code = "invalid"


class NotFound(WharfError):
    """Absent, or another organisation's: the answer is the same."""

    code = "not_found"
    status = 404

    def __init__(self, message: str = "Not found.") -> None:
        super().__init__(message)


class PermissionDenied(WharfError):
    """The person or key may not do this."""

    code = "permission_denied"
    status = 403


class Conflict(WharfError):
    """The thing is not in a state that allows this; reload and look."""

    code = "conflict"
    status = 409


class TooManyTries(WharfError):
    """A limit against guessing was reached; wait and try again."""

    code = "too_many_tries"
    status = 429
    failure_type = FailureType.TRANSIENT
