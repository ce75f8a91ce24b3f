"""The page of a sandbox: its companies, their lists, documents and book, and the request log."""

import re
from datetime import UTC, datetime
from html import escape

from sandbox.common.http import Answer, Call
from sandbox.common.requests import newest
from sandbox.common.sandbox import Sandbox, Sheet

AMOUNT = re.compile(r"(-?[\d,]+\.\d+)?")  # amounts stand at the right of their columns
STYLE = """
:root { color-scheme: light dark; font: 14px/1.45 system-ui, sans-serif; background: Canvas; }
body { max-width: 76rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; }
h1 { font-size: 1.4rem; } h2 { font-size: 1.05rem; margin: 2rem 0 .5rem; }
p, small { color: color-mix(in srgb, CanvasText 75%, Canvas); }
.scroll { overflow-x: auto; border: 1px solid #8884; border-radius: 8px; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { text-align: left; padding: .35rem .7rem; border-top: 1px solid #8883; }
td, th { white-space: nowrap; }
thead th { border-top: 0; font-weight: 600; }
td.number, th.number { text-align: right; }
nav a { margin-right: 1rem; }
button { font: inherit; padding: .45rem .9rem; border: 1px solid #8886; border-radius: 6px; }
form div, form p { margin: .4rem 0; }
"""


def page(title: str, body: str) -> Answer:
    """A whole page; `body` is HTML, the title text."""
    return Answer.text(
        f"<!doctype html><html lang='en'><meta charset='utf-8'>"
        f"<meta name='viewport' content='width=device-width'><title>{escape(title)}</title>"
        f"<link rel='icon' href='data:,'>"
        f"<style>{STYLE}</style><body><main><h1>{escape(title)}</h1>{body}</main></body></html>"
    )


def sheet_html(sheet: Sheet) -> str:
    """A table; every cell is text."""
    amounts = [
        any(row[n] for row in sheet.rows) and all(AMOUNT.fullmatch(row[n]) for row in sheet.rows)
        for n in range(len(sheet.columns))
    ]
    kinds = [" class='number'" if amount else "" for amount in amounts]
    heads = "".join(
        f"<th scope='col'{kind}>{escape(one)}</th>"
        for kind, one in zip(kinds, sheet.columns, strict=True)
    )
    rows = "".join(
        "<tr>"
        + "".join(f"<td{k}>{escape(cell)}</td>" for k, cell in zip(kinds, row, strict=True))
        + "</tr>"
        for row in sheet.rows
    )
    empty = "" if sheet.rows else "<p>None yet.</p>"
    table = (
        f"<div class='scroll' tabindex='0' role='region' aria-label='{escape(sheet.title)}'>"
        f"<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>"
    )
    return f"<h2>{escape(sheet.title)}</h2>{empty or table}"


def index(sandbox: Sandbox) -> Answer:
    """The companies, and the way to the log."""
    rows = "".join(
        f"<li><a href='/_company/{escape(one)}'>{escape(sandbox.company_title(one))}</a>"
        f" <small>{escape(one)}</small></li>"
        for one in sandbox.store.companies()
    )
    listed = f"<ul>{rows}</ul>" if rows else "<p>No companies yet.</p>"
    return page(sandbox.title, f"{listed}<nav><a href='/_requests'>Requests</a></nav>")


def company(sandbox: Sandbox, company_id: str) -> Answer:
    """Everything of one company."""
    if company_id not in sandbox.store.companies():
        return page("No such company", "<nav><a href='/'>All companies</a></nav>")
    sheets = "".join(sheet_html(sheet) for sheet in sandbox.sheets(company_id))
    back = "<nav><a href='/'>All companies</a><a href='/_requests'>Requests</a></nav>"
    return page(sandbox.company_title(company_id), back + sheets)


def requests(sandbox: Sandbox) -> Answer:
    """The request log, newest first."""
    rows = [
        (
            datetime.fromtimestamp(one["at"], UTC).strftime("%Y-%m-%d %H:%M:%S"),
            one["method"],
            one["path"][:160],
            str(one["status"]),
            f"{one['seconds'] * 1000:.1f} ms",
            one["answered"][:160],
        )
        for one in newest(sandbox.store)
    ]
    columns = ("At", "Method", "Address", "Status", "Took", "Answer")
    back = "<nav><a href='/'>All companies</a></nav>"
    return page("Requests", back + sheet_html(Sheet("The last 200", columns, rows)))


def answer(sandbox: Sandbox, call: Call) -> Answer | None:
    """The page at an address, if it is one of these."""
    if call.method != "GET":
        return None
    if call.path == "/":
        return index(sandbox)
    if call.path == "/_requests":
        return requests(sandbox)
    if call.path.startswith("/_company/"):
        return company(sandbox, call.path.removeprefix("/_company/"))
    return None
