"""Counting SQL statements: without BEGIN, COMMIT, SAVEPOINT and set_config."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection

NOT_COUNTED = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE", "SELECT SET_CONFIG")


@contextmanager
def counted() -> Iterator[list[str]]:
    """The statements that run inside, in order."""
    seen: list[str] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if not sql.lstrip().upper().startswith(NOT_COUNTED):
            seen.append(" ".join(sql.split()))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield seen
