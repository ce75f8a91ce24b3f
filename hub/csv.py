"""CSV for people with spreadsheets: no cell runs as a formula, and exports come back unchanged."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

_QUOTE = "'"
_STARTS_A_FORMULA = frozenset("=+-@\uff1d\uff0b\uff0d\uff20")
_STARTS_A_CELL_ANEW = frozenset("\t\r\n")
_NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)*%?", re.ASCII)
_BOM = b"\xef\xbb\xbf"
_CHUNK_BYTES = 64 * 1024


def _would_run(value: str) -> bool:
    """Whether a spreadsheet may take the cell for a formula, quotes before it aside.

    Quotes are set aside so that adding one never changes the answer: that is what makes
    `restore` the exact inverse.
    """
    core = value.lstrip(_QUOTE)
    if core[:1] in _STARTS_A_CELL_ANEW and core:
        return True
    core = core.strip()
    return core[:1] in _STARTS_A_FORMULA and bool(core) and not _NUMBER.fullmatch(core)


def neutralise(value: str) -> str:
    """The cell with a quote before it if a spreadsheet could run it; numbers stay numbers."""
    return _QUOTE + value if _would_run(value) else value


def restore(value: str) -> str:
    """What was neutralised: `restore(neutralise(value)) == value` for every text."""
    return value[1:] if value.startswith(_QUOTE) and _would_run(value) else value


def _cell(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case Decimal():
            return format(value, "f")
        case _:
            return neutralise(str(value))


def write_rows(header: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[bytes]:
    """The rows as UTF-8 CSV with a byte-order mark (Excel needs it), in chunks as they come.

    None is an empty cell; dates are ISO 8601; every text is neutralised.
    """
    yield _BOM
    yield from rows_as_csv([header])
    yield from rows_as_csv(rows)


def rows_as_csv(rows: Iterable[Sequence[object]]) -> Iterator[bytes]:
    """More rows of a file that was begun with `write_rows`."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")
    for row in rows:
        writer.writerow([_cell(value) for value in row])
        if buffer.tell() >= _CHUNK_BYTES:
            yield buffer.getvalue().encode("utf-8", "replace")
            buffer.seek(0)
            buffer.truncate()
    if buffer.tell():
        yield buffer.getvalue().encode("utf-8", "replace")
