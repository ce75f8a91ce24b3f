"""What a list shows, as CSV."""

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from django.db.models import Model
from django.http import FileResponse

from hub.csv import write_rows
from hub.errors import InvalidInput

MOST_ROWS = 50_000
IN_MEMORY = 2 * 1024 * 1024


def cell_value(value: Any) -> Any:
    """A value as CSV writes it: times in UTC, the words of a status, the name of a contact."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    for words in ("label", "name"):
        if hasattr(value, words) and (words == "label" or isinstance(value, Model)):
            return str(getattr(value, words))
    return value


def csv_response(name: str, header: Sequence[str], lines: Iterable[Sequence[Any]]) -> FileResponse:
    """`name`.csv as a download. Raises InvalidInput above 50,000 rows.

    The rows are read here, while the organisation's transaction is open, into a file that leaves
    memory above 2 MB; the answer then streams from it.
    """
    target = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - the answer closes it
    for chunk in write_rows(header, _bounded(lines)):
        target.write(chunk)
    target.seek(0)
    return FileResponse(
        target, as_attachment=True, filename=f"{name}.csv", content_type="text/csv; charset=utf-8"
    )


def _bounded(lines: Iterable[Sequence[Any]]) -> Iterator[list[Any]]:
    for number, line in enumerate(lines, 1):
        if number > MOST_ROWS:
            raise InvalidInput(
                f"This list has more than {MOST_ROWS:,} rows. Narrow it with a filter, then export."
            )
        yield [cell_value(value) for value in line]
