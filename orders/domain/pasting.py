"""Rows that somebody copied from a spreadsheet, as fields of a document's lines. Pure.

With a heading row its words say what is what; without one the first column is the product, words
after it the description, and numbers are quantity, price and discount, in this order.
"""

import csv
import io
import re
from collections.abc import Sequence

# What a line's fields are called at the head of a column, in small letters.
HEADINGS = {
    "sku": ("sku", "product", "product code", "code", "item", "item code", "article", "part no"),
    "description": ("description", "name", "product name", "item name", "details"),
    "quantity": ("quantity", "qty", "qty.", "ordered", "units"),
    "unit": ("unit", "uom", "unit of measure"),
    "unit_price": ("price", "unit price", "unit cost", "cost", "each", "rate"),
    "discount_percent": ("discount", "disc. %", "disc %", "discount %", "disc."),
}
_FIELD_OF = {word: name for name, words in HEADINGS.items() for word in words}
_NUMBERS = ("quantity", "unit_price", "discount_percent")
_NUMBER = re.compile(r"[+-]?\d[\d.,' ]*%?", re.ASCII)
_THOUSANDS = re.compile(r"[+-]?\d{1,3}(?:[, ']\d{3})+(?:\.\d+)?", re.ASCII)
_SIGNS = re.compile("[\u0024\u00a3\u00a5\u20ac\u00a0\u202f]")
LONGEST_CELL = 500

PastedLine = dict[str, str]


def parse_pasted(text: str) -> list[PastedLine]:
    """The rows with the fields that they have; empty rows and what has no column are left out."""
    grid = _grid(text)
    if not grid:
        return []
    named = _heading(grid[0])
    if named:
        lines = [_line(row, named) for row in grid[1:]]
    elif len({len(row) for row in grid}) > 1:
        # Rows of unequal length were typed, not copied: each stands for itself.
        lines = [_line(row, _guess([row])) for row in grid]
    else:
        columns = _guess(grid)
        lines = [_line(row, columns) for row in grid]
    return [line for line in lines if line]


def _grid(text: str) -> list[list[str]]:
    clean = text.replace("\x00", "").replace("\r\n", "\n").replace("\r", "\n")
    separator = next((one for one in ("\t", ";") if one in clean), "\t")
    # A spreadsheet puts quotes round a cell with line ends; a lone quote is an inch.
    plain = clean.count('"') % 2
    csv.field_size_limit(131_072)
    rows = csv.reader(
        io.StringIO(clean),
        delimiter=separator,
        quoting=csv.QUOTE_NONE if plain else csv.QUOTE_MINIMAL,
    )
    grid = [[" ".join(cell.split())[:LONGEST_CELL] for cell in row] for row in rows]
    return [row for row in grid if any(row)]


def _heading(row: Sequence[str]) -> list[str]:
    """The fields of the columns where the row is a heading; else nothing."""
    found = [_FIELD_OF.get(cell.casefold().rstrip(":"), "") for cell in row]
    known = [name for name in found if name]
    enough = len(known) >= 2 or (len(row) == 1 and known == ["sku"])
    if not enough or ("sku" not in known and "description" not in known):
        return []
    # The first column of a name counts.
    return [name if name not in found[:place] else "" for place, name in enumerate(found)]


def _guess(grid: Sequence[Sequence[str]]) -> list[str]:
    width = max(len(row) for row in grid)
    columns, numbers = ["sku"], list(_NUMBERS)
    for place in range(1, width):
        cells = [row[place] for row in grid if place < len(row) and row[place]]
        if cells and all(_NUMBER.fullmatch(_bare(cell)) for cell in cells):
            columns.append(numbers.pop(0) if numbers else "")
        elif "description" not in columns and len(numbers) == len(_NUMBERS):
            columns.append("description")
        else:
            columns.append("unit" if "unit" not in columns and cells else "")
    return columns


def _line(row: Sequence[str], columns: Sequence[str]) -> PastedLine:
    line: PastedLine = {}
    for cell, name in zip(row, columns, strict=False):
        if name and cell:
            line[name] = _number(cell) if name in _NUMBERS else cell
    return line


def _bare(cell: str) -> str:
    return _SIGNS.sub("", cell).strip()


def _number(cell: str) -> str:
    """As people type it in Wharf: no currency sign, no separators of thousands."""
    bare = _bare(cell).removesuffix("%").strip()
    return re.sub("[, ']", "", bare) if _THOUSANDS.fullmatch(bare) else bare
