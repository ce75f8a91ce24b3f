"""The book: balanced, append-only, locked, and read through its monthly sums."""

from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from hub.errors import InvalidInput
from hub.ids import new_id
from ledger.domain.accounts import AccountRole
from ledger.domain.postings import Entry, JournalEvent, Posting, Source
from ledger.models import Account, AccountMonth, Book, Journal, JournalLine
from ledger.selectors import balances_of_roles, movements, trial_balance
from ledger.services.books import change_book
from ledger.services.journals import ManualLine, post, post_manual, reverse_source
from tests.cast import Company, make_company

INVOICE = [
    (AccountRole.RECEIVABLE, "120"),
    (AccountRole.SALES, "-100"),
    (AccountRole.TAX_PAYABLE, "-20"),
]


def posting(
    on: date, rows: list[tuple[AccountRole, str]], *, source: UUID | None = None
) -> Posting:
    entries = [Entry(role, Decimal(amount)) for role, amount in rows]
    return Posting(
        JournalEvent.INVOICE, on, Source("invoice", source or new_id(), "INV-1"), entries, "GBP"
    )


@pytest.fixture
def company() -> Company:
    return make_company("Bookkeeper")


def test_a_new_organisation_has_the_whole_chart_with_every_role(company: Company) -> None:
    """O6: everything that Wharf posts has its account from the first day."""
    with company.inside():
        roles = set(Account.objects.exclude(role="").values_list("role", flat=True))
    assert roles == {role.value for role in AccountRole}


def test_a_posting_is_numbered_and_its_sums_follow(company: Company) -> None:
    """O6: numbers without gaps; the trial balance sums to zero."""
    with company.inside():
        first = post(posting(date(2026, 3, 5), INVOICE), "GBP")
        second = post(posting(date(2026, 3, 9), INVOICE), "GBP")
        assert first is not None and second is not None
        assert (str(first), str(second)) == ("JE-00001", "JE-00002")
        rows = {row.account.role: row.balance for row in trial_balance(date(2026, 3, 31))}
    assert rows == {
        "receivable": Decimal(240),
        "sales": Decimal(-200),
        "tax_payable": Decimal(-40),
    }


@pytest.mark.parametrize(
    ("since", "until", "expected"),
    [
        (None, date(2026, 3, 4), "0"),
        (None, date(2026, 3, 5), "120"),
        (None, date(2026, 4, 30), "360"),
        (date(2026, 3, 6), date(2026, 3, 31), "120"),
        (date(2026, 3, 6), date(2026, 4, 1), "240"),
        (date(2026, 3, 5), date(2026, 3, 5), "120"),
        (date(2026, 4, 2), date(2026, 4, 30), "0"),
    ],
)
def test_balances_are_cut_at_the_day(
    company: Company, since: date | None, until: date, expected: str
) -> None:
    """O6: months come from sums, the cut months from their lines."""
    with company.inside():
        for on in (date(2026, 3, 5), date(2026, 3, 31), date(2026, 4, 1)):
            post(posting(on, INVOICE), "GBP")
        receivable = Account.objects.get(role=AccountRole.RECEIVABLE)
        debit, credit = movements(until, since).get(receivable.id, (Decimal(0), Decimal(0)))
    assert debit - credit == Decimal(expected)


def test_a_journal_that_does_not_balance_cannot_be_committed(company: Company) -> None:
    """O6: the database refuses it, whatever the program does."""
    with company.inside():
        journal = post(posting(date(2026, 3, 5), INVOICE), "GBP")
        line = JournalLine(
            journal=journal,
            position=9,
            account=Account.objects.get(role=AccountRole.SALES),
            posted_on=date(2026, 3, 5),
            amount=Decimal(1),
            foreign=Decimal(0),
        )
    with pytest.raises(IntegrityError, match="does not balance"), company.inside():
        line.save(force_insert=True)


@pytest.mark.parametrize("table", ["ledger_journal", "ledger_journalline"])
@pytest.mark.parametrize("verb", ["UPDATE {} SET tenant_id = tenant_id", "DELETE FROM {}"])
def test_nobody_changes_what_is_in_the_book(company: Company, table: str, verb: str) -> None:
    """O6: append-only by the database's own right."""
    with company.inside():
        post(posting(date(2026, 3, 5), INVOICE), "GBP")
    with pytest.raises(DatabaseError), company.inside(), connection.cursor() as cursor:
        cursor.execute(verb.format(table))


def test_a_reversal_leaves_every_sum_as_before_and_happens_once(company: Company) -> None:
    """O3: undo adds the opposite; a second undo finds nothing to reverse."""
    source = new_id()
    with company.inside():
        post(posting(date(2026, 3, 5), INVOICE, source=source), "GBP")
        assert len(reverse_source(source)) == 1
        assert reverse_source(source) == []
        assert all(row.balance == 0 for row in trial_balance(date(2026, 3, 31)))
        assert Journal.objects.count() == 2


def test_the_locked_period_takes_nothing(company: Company) -> None:
    """O6: neither a posting nor the reversal of one."""
    source = new_id()
    with company.inside():
        post(posting(date(2026, 3, 5), INVOICE, source=source), "GBP")
        change_book({"locked_until": date(2026, 3, 31)})
    with company.inside(), pytest.raises(InvalidInput) as refused:
        post(posting(date(2026, 3, 31), INVOICE), "GBP")
    assert refused.value.code == "period_locked"
    assert "31 March 2026" in refused.value.message
    with company.inside(), pytest.raises(InvalidInput):
        reverse_source(source)
    with company.inside():
        assert post(posting(date(2026, 4, 1), INVOICE), "GBP") is not None
        assert Book.objects.get().next_journal == 3


def test_a_foreign_posting_balances_in_both_currencies(company: Company) -> None:
    """O7: the odd cent of conversion goes to Rounding."""
    entries = [
        Entry(AccountRole.RECEIVABLE, Decimal("0.03")),
        Entry(AccountRole.SALES, Decimal("-0.01")),
        Entry(AccountRole.TAX_PAYABLE, Decimal("-0.02")),
    ]
    with company.inside():
        journal = post(
            Posting(
                JournalEvent.INVOICE,
                date(2026, 3, 5),
                Source("invoice", new_id(), "INV-2"),
                entries,
                "USD",
                rate=Decimal("0.5"),
            ),
            "GBP",
        )
        assert journal is not None
        lines = list(
            journal.lines.order_by("position").values_list("account__role", "amount", "foreign")
        )
    assert lines == [
        ("receivable", Decimal("0.02"), Decimal("0.03")),
        ("sales", Decimal("-0.01"), Decimal("-0.01")),
        ("tax_payable", Decimal("-0.01"), Decimal("-0.02")),
    ]


def test_a_manual_journal_says_what_is_wrong(company: Company) -> None:
    """O6: it must balance and leave the control accounts to their documents."""
    with company.inside():
        bank = Account.objects.get(role=AccountRole.BANK)
        receivable = Account.objects.get(role=AccountRole.RECEIVABLE)
        with pytest.raises(InvalidInput) as refused:
            post_manual(
                date(2026, 3, 5),
                [ManualLine(bank.id, Decimal(10)), ManualLine(receivable.id, Decimal(-9))],
                "",
                "GBP",
            )
    assert set(refused.value.fields) == {"lines", "lines.1.account"}
    assert refused.value.fields["lines"] == ["Debits and credits differ by 1.00."]


def test_costing_is_fixed_once_stock_has_moved(company: Company) -> None:
    """O5: the method cannot change under goods that are valued by it."""
    with company.inside():
        change_book({"costing": "average"})
        rows = [(AccountRole.INVENTORY, "10"), (AccountRole.GRNI, "-10")]
        post(posting(date(2026, 3, 5), rows), "GBP")
        with pytest.raises(InvalidInput) as costing:
            change_book({"costing": "fifo"})
        with pytest.raises(InvalidInput) as accrual:
            change_book({"accrual": False})
    assert set(costing.value.fields) == {"costing"}
    assert set(accrual.value.fields) == {"accrual"}


def test_balances_of_roles_name_every_role_asked_for(company: Company) -> None:
    """O6: zero where nothing was posted."""
    with company.inside():
        post(posting(date(2026, 3, 5), INVOICE), "GBP")
        found = balances_of_roles([AccountRole.RECEIVABLE, AccountRole.GRNI])
        months = AccountMonth.objects.count()
    assert found == {AccountRole.RECEIVABLE: Decimal(120), AccountRole.GRNI: Decimal(0)}
    assert months == 3


def test_a_failed_transaction_gives_its_number_back(company: Company) -> None:
    """O8: no gap in the numbers of journals."""
    with company.inside():
        try:
            with transaction.atomic():
                post(posting(date(2026, 3, 5), INVOICE), "GBP")
                raise RuntimeError
        except RuntimeError:
            pass
        journal = post(posting(date(2026, 3, 5), INVOICE), "GBP")
    assert str(journal) == "JE-00001"
