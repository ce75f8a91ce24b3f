"""Reports, from the book alone: what is asked for, the trial balance, the general ledger."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

from sandbox.quickbooks import periods
from sandbox.quickbooks.basis import View, day_before
from sandbox.quickbooks.company import ZERO, Body, Company
from sandbox.quickbooks.errors import Wrong
from sandbox.quickbooks.statements import (
    BY_DATE,
    BY_MARK,
    Asked,
    Column,
    Report,
    accounts,
    balance_sheet,
    columns,
    money,
    profit_and_loss,
    row,
)
from sandbox.quickbooks.times import whole

CUT = "Unable to display more data. Please reduce the date range."
ACCOUNT_COLUMN = {"ColTitle": "", "ColType": "Account"}
LEDGER_COLUMNS = (
    ("Date", "tx_date"),
    ("Transaction Type", "txn_type"),
    ("Memo/Description", "memo"),
    ("Amount", "subt_nat_amount"),
    ("Balance", "rbal_nat_amount"),
)


def run(company: Company, name: str, given: dict[str, str]) -> Body:
    """A whole report. Raises Wrong."""
    report = REPORTS.get(name)
    if report is None:
        raise Wrong("500", f"Unsupported Operation : report {name[:60]}")
    since, until = _period(company, name, given)
    usual = str(company.pref("ReportPrefs", "ReportBasis") or "Accrual")
    basis = given.get("accounting_method", usual).title()
    if basis not in ("Accrual", "Cash"):
        raise Wrong("2170", f"Invalid Enumeration : accounting_method {basis[:40]}")
    by = given.get("summarize_column_by", "Total")
    allowed = {"total", *BY_DATE, *(() if name == "TrialBalance" else BY_MARK)}
    if by.lower() not in allowed:
        raise Wrong("2170", f"Invalid Enumeration : summarize_column_by {by[:40]}")
    shown, rows = report(Asked(View(company, cash=basis == "Cash"), since, until, by.lower()))
    header = {
        "Time": whole(company.at),
        "ReportName": name,
        "DateMacro": given.get("date_macro", ""),
        "ReportBasis": basis,
        "StartPeriod": since,
        "EndPeriod": until,
        "SummarizeColumnsBy": by if "summarize_column_by" in given else "",
        "Currency": company.home,
        "Option": [{"Name": "NoReportData", "Value": "false" if rows else "true"}],
    }
    header = {key: value for key, value in header.items() if value not in ("", "0001-01-01")}
    first = [] if name == "GeneralLedger" else [ACCOUNT_COLUMN]
    return {"Header": header, "Columns": {"Column": [*first, *shown]}, "Rows": {"Row": rows}}


def _period(company: Company, name: str, given: dict[str, str]) -> tuple[str, str]:
    today = date.fromisoformat(company.today)
    macro = given.get("date_macro") or "This Fiscal Year-to-date"
    found = periods.named(macro, today)
    if found is None:
        raise Wrong("2170", f"Invalid Enumeration : date_macro {macro[:40]}", "date_macro")
    since, until = found
    try:
        start = date.fromisoformat(given["start_date"]) if "start_date" in given else since
        end = date.fromisoformat(given["end_date"]) if "end_date" in given else until
    except ValueError as error:
        raise Wrong("2080", f"Invalid date format for report {name}", "start_date") from error
    return start.isoformat(), end.isoformat()


# --- Trial balance -------------------------------------------------------------------------------
def _trial_balance(asked: Asked) -> Report:
    shown = columns(asked, standing=True)
    rows: list[Body] = []
    totals = [[ZERO, ZERO] for _ in shown]
    for account, body in accounts(asked.company):
        amounts = [column.amounts.get(account, ZERO) for column in shown]
        if not any(amounts):
            continue
        values = []
        for amount, total in zip(amounts, totals, strict=True):
            values += [money(amount) if amount > 0 else "", money(-amount) if amount < 0 else ""]
            total[0] += max(amount, ZERO)
            total[1] += max(-amount, ZERO)
        made = row(account, body["FullyQualifiedName"], values)
        del made["type"]
        rows.append(made)
    if rows:
        sums = [{"value": money(one)} for total in totals for one in total]
        summary = {"ColData": [{"value": "TOTAL"}, *sums]}
        rows.append({"type": "Section", "group": "GrandTotal", "Summary": summary})
    sides: list[Body] = [{"ColTitle": one, "ColType": "Money"} for one in ("Debit", "Credit")]
    if asked.by == "total":
        return sides, rows
    return [_with_sides(column, sides) for column in shown], rows


def _with_sides(column: Column, sides: list[Body]) -> Body:
    return {**column.head(), "Columns": {"Column": sides}}


# --- General ledger ------------------------------------------------------------------------------
def _general_ledger(asked: Asked) -> Report:
    """Every line by account, until there are as many cells as one report may have."""
    heads: list[Body] = [{"ColTitle": title, "ColType": kind} for title, kind in LEDGER_COLUMNS]
    left = int(asked.company.switch("report_cells")) // len(heads)
    before = day_before(asked.since)
    opening = asked.view.balances(before) if before else {}
    rows: list[Body] = []
    for account, body in accounts(asked.company):
        held = opening.get(account, ZERO)
        listed: list[Body] = []
        found = asked.view.lines(account, asked.since, asked.until, left + 1)
        more = len(found) > left
        for line in found[:left]:
            held += line.amount
            listed.append(_ledger_row(line.day, (line.source_kind, line.source_id), line.memo))
            listed[-1]["ColData"] += [{"value": money(line.amount)}, {"value": money(held)}]
        left -= len(listed)
        section = _of_account(account, body["FullyQualifiedName"], listed)
        if more:
            blank = [{"value": ""} for _ in heads[1:]]
            return heads, [*rows, section, {"ColData": [{"value": CUT}, *blank], "type": "Data"}]
        if listed:
            _add_up(section, body["FullyQualifiedName"], held - opening.get(account, ZERO))
            rows.append(section)
    return heads, rows


def _ledger_row(day: str, source: tuple[str, str], memo: str) -> Body:
    cells = [{"value": day}, {"value": source[0], "id": source[1]}, {"value": memo}]
    return {"ColData": cells, "type": "Data"}


def _of_account(account: str, name: str, rows: list[Body]) -> Body:
    header = {"ColData": [{"value": name, "id": account}]}
    return {"Header": header, "Rows": {"Row": rows}, "type": "Section"}


def _add_up(section: Body, name: str, total: Decimal) -> None:
    cells = [{"value": f"Total for {name}"}, *({"value": ""},) * 2]
    section["Summary"] = {"ColData": [*cells, {"value": money(total)}, {"value": ""}]}


REPORTS: dict[str, Callable[[Asked], Report]] = {
    "TrialBalance": _trial_balance,
    "GeneralLedger": _general_ledger,
    "ProfitAndLoss": profit_and_loss,
    "BalanceSheet": balance_sheet,
}
