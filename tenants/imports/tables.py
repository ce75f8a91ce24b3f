"""Reading a table that somebody uploaded: CSV or XLSX, row by row, in little memory.

Every file is hostile: its size, its rows, its columns and (for XLSX, a zip of XML) what it
unpacks to are bounded before anything of it is believed.
"""

import csv
import io
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import IO, Any

from defusedxml.common import DefusedXmlException
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from hub.csv import restore
from hub.errors import InvalidInput

LARGEST_BYTES = 50_000_000
LARGEST_UNPACKED = 400_000_000
MOST_ROWS = 100_000
MOST_COLUMNS = 100
LONGEST_CELL = 4_000
SAMPLE_BYTES = 64 * 1024
_ZIP = b"PK\x03\x04"


@dataclass(frozen=True, slots=True)
class Table:
    """An open file: its titles, and its rows of texts as they come (blank rows left out)."""

    header: list[str]
    rows: Iterator[tuple[int, list[str]]]


def refused(message: str) -> InvalidInput:
    """What is wrong with the file, at its field."""
    return InvalidInput(message, fields={"file": [message]}, code="bad_file")


@contextmanager
def open_table(source: IO[bytes]) -> Iterator[Table]:
    """Read a table. Raises InvalidInput (`bad_file`), also while its rows are read."""
    start = source.read(4)
    source.seek(0)
    if start == _ZIP:
        with _open_xlsx(source) as table:
            yield table
    else:
        with _open_csv(source) as table:
            yield table


# --- CSV ------------------------------------------------------------------------------------
@contextmanager
def _open_csv(source: IO[bytes]) -> Iterator[Table]:
    sample = source.read(SAMPLE_BYTES)
    source.seek(0)
    if b"\0" in sample and not sample.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise refused("This is neither a CSV nor an XLSX file, whatever its name says.")
    text = io.TextIOWrapper(source, encoding=_encoding(sample), newline="", errors="strict")
    try:
        reader = csv.reader(text, dialect=_dialect(text), strict=True)
        csv.field_size_limit(LONGEST_CELL * 4)
        header = _header(_safely(reader))
        yield Table(header, _csv_rows(reader, len(header)))
    finally:
        text.detach()


def _encoding(sample: bytes) -> str:
    if sample.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            # A sample of a longer file may end within a letter.
            sample[: len(sample) - 4 if len(sample) == SAMPLE_BYTES else len(sample)].decode(
                encoding
            )
        except UnicodeDecodeError:
            continue
        return encoding
    raise refused("The letters of this file cannot be read. Save it as CSV UTF-8.")


def _dialect(text: io.TextIOWrapper) -> Any:
    """Comma, semicolon or tab: whichever the first line has most of."""
    try:
        first = text.readline(LONGEST_CELL * 4)
    except UnicodeDecodeError as error:
        raise refused("The letters of this file cannot be read. Save it as CSV UTF-8.") from error
    text.seek(0)

    class Found(csv.excel):
        delimiter = max(",;\t", key=first.count)

    return Found


def _safely(reader: Any) -> list[str]:
    try:
        return next(reader, [])
    except (csv.Error, UnicodeDecodeError) as error:
        raise refused("The first row cannot be read. Save the file as CSV UTF-8.") from error


def _csv_rows(reader: Any, width: int) -> Iterator[tuple[int, list[str]]]:
    number = 1
    while True:
        number += 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except (csv.Error, UnicodeDecodeError) as error:
            raise refused(f"Row {number} cannot be read: {error}.") from error
        row = _row(cells, number, width)
        if row is not None:
            yield number, [restore(cell) for cell in row]


# --- XLSX -----------------------------------------------------------------------------------
@contextmanager
def _open_xlsx(source: IO[bytes]) -> Iterator[Table]:
    _check_zip(source)
    try:
        book = load_workbook(source, read_only=True, data_only=True, keep_links=False)
    except (
        InvalidFileException,
        zipfile.BadZipFile,
        KeyError,
        ValueError,
        OSError,
        SyntaxError,
        DefusedXmlException,
    ) as error:
        raise refused("This XLSX file cannot be opened. Save it anew and try again.") from error
    try:
        sheet = book.worksheets[0] if book.worksheets else None
        if sheet is None:
            raise refused("The file has no sheet.")
        rows = sheet.iter_rows(values_only=True, max_col=MOST_COLUMNS + 1)
        header = _header([_text(cell) for cell in next(rows, ())])
        yield Table(header, _xlsx_rows(rows, len(header)))
    except (DefusedXmlException, SyntaxError, zipfile.BadZipFile) as error:
        raise refused("This XLSX file cannot be read. Save it anew and try again.") from error
    finally:
        book.close()


def _check_zip(source: IO[bytes]) -> None:
    try:
        with zipfile.ZipFile(source) as archive:
            entries = archive.infolist()
    except zipfile.BadZipFile as error:
        raise refused("This XLSX file is damaged. Save it anew and try again.") from error
    finally:
        source.seek(0)
    if len(entries) > 2_000 or sum(entry.file_size for entry in entries) > LARGEST_UNPACKED:
        raise refused("This XLSX file unpacks to more than can be read. Save it as CSV.")


def _xlsx_rows(rows: Any, width: int) -> Iterator[tuple[int, list[str]]]:
    for number, cells in enumerate(rows, start=2):
        row = _row([_text(cell) for cell in cells], number, width)
        if row is not None:
            yield number, row


def _text(value: Any) -> str:
    """A cell as somebody would type it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        # What the spreadsheet shows: fifteen digits, no binary tail.
        return format(value, ".15g") if value != int(value) else str(int(value))
    return str(value)


# --- Both -----------------------------------------------------------------------------------
def _header(cells: list[str]) -> list[str]:
    header = [cell.strip()[:120] for cell in cells]
    while header and not header[-1]:
        header.pop()
    if not header:
        raise refused("The first row must hold the titles of the columns.")
    if len(header) > MOST_COLUMNS:
        raise refused(f"At most {MOST_COLUMNS} columns can be read.")
    return header


def _row(cells: list[str], number: int, width: int) -> list[str] | None:
    """The cells below the titles; None for a blank row."""
    if number > MOST_ROWS + 1:
        raise refused(f"At most {MOST_ROWS:,} rows can be imported at once. Split the file.")
    row = [cell.strip() for cell in cells[:width]]
    if any(len(cell) > LONGEST_CELL for cell in row):
        raise refused(f"A cell of row {number} has more than {LONGEST_CELL:,} characters.")
    if any("\0" in cell for cell in row):
        raise refused(f"A cell of row {number} holds a character that is no text.")
    if not any(row):
        return None
    return row + [""] * (width - len(row))
