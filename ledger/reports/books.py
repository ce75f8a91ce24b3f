"""Trial balance, general ledger, profit and loss, balance sheet as tables."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from uuid import UUID

from django.urls import reverse

from ledger.domain.statements import (
    AccountSum,
    BalanceSheet,
    ProfitAndLoss,
    Section,
)
from ledger.reports.tables import ReportRow, ReportTable
from ledger.selectors import GeneralLedgerRow
from ledger.spans import Span


def account_url(account_id: UUID, span: Span) -> str:
    """What was posted to the account in the report's days."""
    return f"{reverse('ledger:account', args=[account_id])}?{span.account_query}"


def _sum(amounts: Iterable[Decimal | None]) -> Decimal:
    return sum((amount for amount in amounts if amount), Decimal(0))


def trial_balance_table(sums: Sequence[AccountSum], span: Span) -> ReportTable:
    """Each account's balance on its side; both columns come to the same."""
    rows = [
        ReportRow(
            one.name,
            (one.balance if one.balance > 0 else None, -one.balance if one.balance < 0 else None),
            one.code,
            account_url(one.id, span),
        )
        for one in sums
    ]
    totals = tuple(_sum(row.amounts[side] for row in rows) for side in (0, 1))
    if rows:
        rows.append(ReportRow("Total", totals, kind="grand"))
    note = "Movements between the two days." if span.since else "Balances at the end of the day."
    return ReportTable("trial-balance", "Trial balance", ("Debit", "Credit"), rows, note=note)


def general_ledger_table(found: Sequence[GeneralLedgerRow], span: Span) -> ReportTable:
    """Every account with what it held before, what moved it, and what it held after."""
    rows = [
        ReportRow(
            one.name,
            (one.opening, one.debit, one.credit, one.closing),
            one.code,
            account_url(one.id, span),
        )
        for one in found
    ]
    if rows:
        totals = tuple(_sum(row.amounts[column] for row in rows) for column in range(4))
        rows.append(ReportRow("Total", totals, kind="grand"))
    return ReportTable(
        "general-ledger",
        "General ledger",
        ("Opening", "Debits", "Credits", "Closing"),
        rows,
        note="Opening and closing are debits less credits. Open an account for each posting.",
    )


def _section_rows(section: Section, span: Span) -> list[ReportRow]:
    rows = [
        ReportRow(
            row.account.name if row.account else row.label,
            (row.amount,),
            row.account.code if row.account else "",
            account_url(row.account.id, span) if row.account else "",
        )
        for row in section.rows
    ]
    return [
        ReportRow(section.title, kind="heading"),
        *rows,
        ReportRow(section.total_label, (section.total,), kind="total"),
    ]


def profit_and_loss_table(statement: ProfitAndLoss, span: Span) -> ReportTable:
    """Income, costs and what is left."""
    rows = _section_rows(statement.income, span)
    if statement.cost_of_sales.rows:
        rows += _section_rows(statement.cost_of_sales, span)
    rows.append(ReportRow("Gross profit", (statement.gross_profit,), kind="grand"))
    for section in (statement.other_income, statement.expenses):
        if section.rows:
            rows += _section_rows(section, span)
    rows.append(ReportRow("Net profit", (statement.net_profit,), kind="grand"))
    return ReportTable("profit-and-loss", "Profit and loss", ("Amount",), rows)


def balance_sheet_table(sheet: BalanceSheet, span: Span) -> ReportTable:
    """What is owned, what is owed, and whose the rest is."""
    rows: list[ReportRow] = []
    for sections, label, total in (
        (sheet.assets, "Total assets", sheet.total_assets),
        (sheet.liabilities, "Total liabilities", sheet.total_liabilities),
    ):
        for section in sections:
            if section.rows:
                rows += _section_rows(section, span)
        rows.append(ReportRow(label, (total,), kind="grand"))
    rows.append(ReportRow("Net assets", (sheet.net_assets,), kind="grand"))
    rows += _section_rows(sheet.equity, span)
    return ReportTable(
        "balance-sheet",
        "Balance sheet",
        ("Amount",),
        rows,
        note="Total equity equals the net assets.",
    )
