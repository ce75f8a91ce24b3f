"""What a list shows, as CSV."""

import csv
import io
import tempfile
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from django.http import FileResponse

from hub.csv import neutralise
from hub.errors import InvalidInput

MOST_ROWS = 50_000
IN_MEMORY = 2 * 1024 * 1024


def cell_text(value: Any) -> str:
    """One value as CSV writes it: plain decimals, ISO dates in UTC, the words of a status."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Decimal | int):
        return format(value, "f") if isinstance(value, Decimal) else str(value)
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    label = getattr(value, "label", None) or getattr(value, "name", None)
    return neutralise(str(value if label is None else label))


def csv_response(name: str, header: Sequence[str], lines: Iterable[Sequence[Any]]) -> FileResponse:
    """`name`.csv as a download. Raises InvalidInput above 50,000 rows.

    The rows are read here, while the organisation's transaction is open, into a file that leaves
    memory above 2 MB; the answer then streams from it.
    """
    target = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - the answer closes it
    text = io.TextIOWrapper(target, encoding="utf-8-sig", newline="", write_through=True)
    writer = csv.writer(text)
    writer.writerow([neutralise(title) for title in header])
    for number, line in enumerate(lines, 1):
        if number > MOST_ROWS:
            raise InvalidInput(
                f"This list has more than {MOST_ROWS:,} rows. Narrow it with a filter, then export."
            )
        writer.writerow([cell_text(value) for value in line])
    text.detach()
    target.seek(0)
    return FileResponse(
        target, as_attachment=True, filename=f"{name}.csv", content_type="text/csv; charset=utf-8"
    )
