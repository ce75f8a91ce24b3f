"""What a list shows, as a file: CSV for programs, XLSX with real numbers and dates."""

import re
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import IO, Any, Protocol

from django.db.models import Model
from django.http import FileResponse
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from hub.csv import neutralise, rows_as_csv, write_rows
from hub.errors import InvalidInput

MOST_ROWS = 50_000
IN_MEMORY = 2 * 1024 * 1024
# The rows that one sheet of XLSX can hold, its heading among them.
XLSX_ROWS = 1_048_576
LONGEST_CELL = 32_767
CONTENT_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
DAY, MOMENT, MONEY = "yyyy-mm-dd", "yyyy-mm-dd hh:mm:ss", "#,##0.00"
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_NO_TITLE = re.compile(r"[\[\]:*?/\\]")


def cell_value(value: Any) -> Any:
    """A value as CSV writes it: times in UTC, the words of a status, the name of a contact."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    for words in ("label", "name"):
        if hasattr(value, words) and (words == "label" or isinstance(value, Model)):
            return str(getattr(value, words))
    return value


class RowFile(Protocol):
    """A file that is written row by row, in memory that does not grow with it."""

    def add(self, lines: Iterable[Sequence[Any]]) -> None: ...
    def close(self) -> None: ...


class CsvFile:
    """UTF-8 with a byte-order mark; no cell runs as a formula."""

    def __init__(self, target: IO[bytes], title: str, header: Sequence[str]) -> None:
        self._target = target
        target.writelines(write_rows(header, ()))

    def add(self, lines: Iterable[Sequence[Any]]) -> None:
        """Write these rows."""
        rows = ([cell_value(value) for value in line] for line in lines)
        self._target.writelines(rows_as_csv(rows))

    def close(self) -> None:
        """Nothing is left to write."""


class XlsxFile:
    """One sheet, written as it comes; the heading stays in sight."""

    def __init__(self, target: IO[bytes], title: str, header: Sequence[str]) -> None:
        self._target = target
        self._book = Workbook(write_only=True)
        name = _NO_TITLE.sub(" ", title)[:31].strip("' ")
        self._sheet = self._book.create_sheet(title=name or "List")
        self._sheet.freeze_panes = "A2"
        heading = [WriteOnlyCell(self._sheet, value=sheet_text(text)) for text in header]
        for cell in heading:
            cell.font = Font(bold=True)
        self._sheet.append(heading)

    def add(self, lines: Iterable[Sequence[Any]]) -> None:
        """Write these rows: numbers as numbers, days as days, times in UTC."""
        for line in lines:
            self._sheet.append([self._typed(value) for value in line])

    def close(self) -> None:
        """Write the book; nothing can be added any more."""
        self._book.save(self._target)

    def _typed(self, value: Any) -> Any:
        match value:
            case None | "":
                return None
            case bool():
                return "yes" if value else "no"
            case int() | float():
                return value
            case Decimal():
                in_cents = value.as_tuple().exponent == -2
                return self._formatted(value, MONEY) if in_cents else value
            case datetime():
                return self._formatted(value.astimezone(UTC).replace(tzinfo=None), MOMENT)
            case date():
                return self._formatted(value, DAY)
            case _:
                return sheet_text(str(cell_value(value)))

    def _formatted(self, value: Any, number_format: str) -> Any:
        cell = WriteOnlyCell(self._sheet, value=value)
        cell.number_format = number_format
        return cell


def sheet_text(text: str) -> str:
    """A text as a sheet may hold it: no formula, no character that XML forbids."""
    return neutralise(_NO_XML.sub("", text))[:LONGEST_CELL]


_WRITERS: dict[str, type[CsvFile] | type[XlsxFile]] = {"csv": CsvFile, "xlsx": XlsxFile}


def row_file(file_format: str, target: IO[bytes], title: str, header: Sequence[str]) -> RowFile:
    """A file of the format, begun with its heading. KeyError for another format."""
    return _WRITERS[file_format](target, title, header)


def file_response(
    name: str, file_format: str, header: Sequence[str], lines: Iterable[Sequence[Any]]
) -> FileResponse:
    """`name`.csv or .xlsx as a download. Raises InvalidInput above 50,000 rows.

    The rows are read here, while the organisation's transaction is open, into a file that leaves
    memory above 2 MB; the answer then streams from it.
    """
    target = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - the answer closes it
    written = row_file(file_format, target, name, header)
    written.add(_bounded(lines))
    written.close()
    target.seek(0)
    return FileResponse(
        target,
        as_attachment=True,
        filename=f"{name}.{file_format}",
        content_type=CONTENT_TYPES[file_format],
    )


def _bounded(lines: Iterable[Sequence[Any]]) -> Iterator[Sequence[Any]]:
    for number, line in enumerate(lines, 1):
        if number > MOST_ROWS:
            raise InvalidInput(
                f"This list has more than {MOST_ROWS:,} rows. Narrow it with a filter, then export."
            )
        yield line
