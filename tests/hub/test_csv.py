"""Exports are safe to open in a spreadsheet and come back as they were."""

import csv
import io
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.csv import neutralise, restore, write_rows

HOSTILE = st.text(st.sampled_from("'=+-@\t\r\n 1.,%a\u00a0"), max_size=8) | st.text()


@pytest.mark.parametrize(
    "formula",
    ["=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", " =1", "\uff1d1", "=cmd|' /C calc'!A0"],
)
def test_a_formula_is_made_text(formula: str) -> None:
    """Bad input: no formulas in CSV."""
    assert neutralise(formula) == "'" + formula


@pytest.mark.parametrize(
    "text", ["-12.50", "+5", "-1,234.50", "10%", "plain", "", "O'Hara", "'t Hof"]
)
def test_numbers_and_ordinary_text_stay_as_they_are(text: str) -> None:
    assert neutralise(text) == text


@given(HOSTILE)
def test_restoring_gives_back_every_text(text: str) -> None:
    """Export, then import: the same."""
    assert restore(neutralise(text)) == text


@given(HOSTILE)
def test_no_neutralised_cell_starts_like_a_formula(text: str) -> None:
    cell = neutralise(text)
    if cell.strip()[:1] in ("=", "+", "-", "@") and cell.strip():
        assert cell.strip().lstrip("+-")[:1].isdigit()


def test_rows_are_utf_8_with_a_mark_and_safe_cells() -> None:
    rows = [["Café", Decimal("-12.50"), None, True, date(2026, 11, 22), '=HYPERLINK("x")']]
    data = b"".join(write_rows(["name", "amount", "x", "on", "day", "note"], rows))
    assert data.startswith(b"\xef\xbb\xbfname,amount,x,on,day,note\r\n")
    assert data.decode("utf-8-sig").splitlines()[1] == (
        'Café,-12.50,,yes,2026-11-22,"\'=HYPERLINK(""x"")"'
    )


def test_many_rows_come_in_chunks() -> None:
    chunks = list(write_rows(["n", "text"], ([number, "x" * 100] for number in range(10_000))))
    assert len(chunks) > 10
    assert max(map(len, chunks)) < 70_000
    rows = list(csv.reader(io.StringIO(b"".join(chunks).decode("utf-8-sig"))))
    assert len(rows) == 10_001
    assert rows[-1] == ["9999", "x" * 100]
