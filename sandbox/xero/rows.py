"""Rows and cells of reports."""

from typing import Any


def cell(value: str, attribute: tuple[str, str] | None = None) -> dict[str, Any]:
    """A value, with what it belongs to."""
    if attribute is None:
        return {"Value": value}
    return {"Value": value, "Attributes": [{"Value": attribute[1], "Id": attribute[0]}]}


def header(*titles: str) -> dict[str, Any]:
    """The heads of the columns."""
    return {"RowType": "Header", "Cells": [cell(one) for one in titles]}


def row(label: str, *values: str, account: str = "", invoice: str = "") -> dict[str, Any]:
    """A line; every cell says which account or invoice it is of."""
    of = ("account", account) if account else ("invoiceID", invoice) if invoice else None
    return {"RowType": "Row", "Cells": [cell(one, of) for one in (label, *values)]}


def summary(label: str, *values: str) -> dict[str, Any]:
    """A total."""
    return {"RowType": "SummaryRow", "Cells": [cell(one) for one in (label, *values)]}


def section(title: str, rows: list[dict[str, Any]]) -> dict[str, Any]:
    """A part of the table."""
    return {"RowType": "Section", "Title": title, "Rows": rows}
