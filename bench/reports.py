"""Reports and the book's lists: the same with a million invoices in the book as with a thousand.

What a report reads is kept small by design: sums per account and month, and what is still open.
Only the gross margin reads every line of its days; it is held against a bare sum of them.
"""

from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils import timezone

from bench.filling import contacts_of, in_batches
from bench.lists import Browser
from bench.measure import Figure, at_most, compare
from bench.stage import Stage
from bench.statements import counted
from bench.walls import analyse
from ledger.domain.accounts import AccountRole
from ledger.models import Account
from ledger.spans import Span, first_of_year
from orders.reports.gross_margin import gross_margin
from tenants.boundary import tenant_context

MOST = 16  # statements; aged receivables read invoices, credit notes and settlements
OPEN = 500  # the newest invoices; the older ones are paid
PAGES = (
    "/reports/trial-balance/",
    "/reports/general-ledger/",
    "/reports/profit-and-loss/",
    "/reports/balance-sheet/",
    "/reports/aged-receivables/",
    "/invoices/",
    "/journals/",
    "/settings/accounts/{sales}/",
)

INVOICES = """
INSERT INTO orders_invoice (id, tenant_id, number, status, contact_id, reference, currency,
    prices_include_tax, issued_on, due_on, net, tax, total, settled, note, internal_note, version,
    network_status, partner_message, partner_number, created_by_name, authorised_by_name)
SELECT uuidv7(), %(tenant)s, 'I-' || lpad(n::text, 8, '0'),
    CASE WHEN n > %(paid)s THEN 'authorised' ELSE 'paid' END,
    (%(contacts)s::uuid[])[1 + n %% 200], '', 'GBP', false, day, day + 30, 100 + n %% 900, 0,
    100 + n %% 900, CASE WHEN n > %(paid)s THEN 0 ELSE 100 + n %% 900 END, '', '', 0, 'not_sent',
    '', '', 'Bench', 'Bench'
FROM generate_series(%(first)s, %(last)s) AS n,
    LATERAL (SELECT current_date - (n %% 700)::int AS day) AS days
"""
JOURNALS = """
INSERT INTO ledger_journal (id, tenant_id, number, posted_on, event, currency, rate, source_kind,
    source_id, source_number, memo, created_by_name)
SELECT uuidv7(), tenant_id, right(number, 8)::bigint, issued_on, 'invoice', 'GBP', 1, 'invoice', id,
    number, '', 'Bench'
FROM orders_invoice WHERE tenant_id = %(tenant)s AND number = ANY(ARRAY(
    SELECT 'I-' || lpad(n::text, 8, '0') FROM generate_series(%(first)s, %(last)s) AS n))
"""
LINES = """
INSERT INTO ledger_journalline (id, tenant_id, journal_id, position, account_id, posted_on, amount,
    "foreign", contact, memo)
SELECT uuidv7(), journal.tenant_id, journal.id, side.position,
    CASE WHEN side.position = 2 THEN %(sales)s::uuid
        WHEN journal.number > %(paid)s THEN %(receivable)s::uuid ELSE %(bank)s::uuid END,
    journal.posted_on, side.sign * (100 + journal.number %% 900),
    side.sign * (100 + journal.number %% 900), NULL, ''
FROM ledger_journal AS journal, (VALUES (1, 1), (2, -1)) AS side (position, sign)
WHERE journal.tenant_id = %(tenant)s AND journal.number BETWEEN %(first)s AND %(last)s
"""
MONTHS = """
INSERT INTO ledger_accountmonth (id, tenant_id, account_id, month, debit, credit)
SELECT uuidv7(), tenant_id, account_id, date_trunc('month', posted_on)::date,
    sum(greatest(amount, 0)), sum(greatest(-amount, 0))
FROM ledger_journalline WHERE tenant_id = %(tenant)s GROUP BY 2, 3, 4
"""
BARE = """
SELECT account_id, sum(amount) FROM ledger_journalline
WHERE tenant_id = %s AND posted_on BETWEEN %s AND %s GROUP BY account_id
"""


def report_figures(
    stage: Stage, *, small: int, big: int, say: Callable[[str], None]
) -> list[Figure]:
    """Statements and time of each page, a thousand invoices against a million."""
    sales = {}
    for tenant, rows in ((stage.small_id, small), (stage.big_id, big)):
        sales[tenant] = _fill(tenant, rows)
        say(f"{rows:,} invoices with their journals")
    analyse()
    small_one = Browser(stage.owner, stage.small_id)
    big_one = Browser(stage.owner, stage.big_id)
    figures = []
    for page in PAGES:
        figures += _page_figures(
            page,
            partial(small_one.get, page.format(sales=sales[stage.small_id])),
            partial(big_one.get, page.format(sales=sales[stage.big_id])),
        )
    return [*figures, _margin_figure(stage.big_id)]


def _fill(tenant: UUID, rows: int) -> UUID:
    """Invoices, journals and sums; gives the sales account."""
    with tenant_context(tenant):
        roles = {
            row.role: row.id for row in Account.objects.exclude(role="").filter(is_active=True)
        }
    values: dict[str, Any] = {
        "paid": max(0, rows - OPEN),
        "contacts": contacts_of(tenant),
        "sales": roles[AccountRole.SALES],
        "receivable": roles[AccountRole.RECEIVABLE],
        "bank": roles[AccountRole.BANK],
    }
    for sql in (INVOICES, JOURNALS, LINES):
        in_batches(tenant, sql, rows, values)
    with tenant_context(tenant), connection.cursor() as cursor:
        cursor.execute(MONTHS, {"tenant": tenant})
    return roles[AccountRole.SALES]


def _page_figures(name: str, small: Callable[[], Any], big: Callable[[], Any]) -> list[Figure]:
    with counted() as at_small:
        small()
    with counted() as at_big:
        big()
    ratio = compare(small, big)
    return [
        Figure(
            f"page {name}: statements, a thousand and a million",
            f"{len(at_small)} and {len(at_big)} (at most {MOST}, the same)",
            len(at_small) == len(at_big) <= MOST,
        ),
        at_most(
            f"page {name}: time, million against thousand",
            ratio.b_over_a,
            1.15,
            f"{ratio.a_ms:.1f} ms and {ratio.b_ms:.1f} ms",
        ),
    ]


def _margin_figure(tenant: UUID) -> Figure:
    today = timezone.localdate()
    year = Span(today, first_of_year(today))

    def ours() -> None:
        with tenant_context(tenant):
            assert gross_margin(year, "product")

    def bare() -> None:
        with tenant_context(tenant), connection.cursor() as cursor:
            cursor.execute(BARE, [tenant, year.since, year.until])
            assert cursor.fetchall()

    ratio = compare(bare, ours, repeats=1)
    return at_most(
        "gross margin of a year by product: times a bare sum of its lines",
        ratio.b_over_a,
        3,
        f"{ratio.b_ms:.0f} ms and {ratio.a_ms:.0f} ms",
    )
