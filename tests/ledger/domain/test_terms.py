"""A document is due when its terms say."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.errors import InvalidInput
from ledger.domain.terms import PaymentTerms, TermsKind

DAYS, MONTH_END, FOLLOWING = TermsKind


@pytest.mark.parametrize(
    ("kind", "number", "issued", "due", "text"),
    [
        (DAYS, 30, "2026-11-22", "2026-12-22", "30 days"),
        (DAYS, 1, "2026-12-31", "2027-01-01", "1 day"),
        (DAYS, 0, "2026-11-22", "2026-11-22", "On receipt"),
        (MONTH_END, 0, "2026-02-10", "2026-02-28", "End of month"),
        (MONTH_END, 30, "2026-11-01", "2026-12-30", "30 days after end of month"),
        (FOLLOWING, 20, "2026-12-31", "2027-01-20", "20th of following month"),
        (FOLLOWING, 31, "2028-01-15", "2028-02-29", "31st of following month"),
        (FOLLOWING, 12, "2026-01-31", "2026-02-12", "12th of following month"),
    ],
)
def test_the_due_date_follows_from_the_terms(
    kind: TermsKind, number: int, issued: str, due: str, text: str
) -> None:
    """O1: days, end of month, day of the following month."""
    terms = PaymentTerms(kind, number)
    assert terms.due_on(date.fromisoformat(issued)) == date.fromisoformat(due)
    assert str(terms) == text


@given(st.sampled_from(TermsKind), st.integers(1, 31), st.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_nothing_is_due_before_its_date(kind: TermsKind, number: int, issued: date) -> None:
    """O1: the due date is never before the date of issue."""
    assert PaymentTerms(kind, number).due_on(issued) >= issued


@pytest.mark.parametrize(
    ("kind", "number"), [(DAYS, -1), (DAYS, 3651), (FOLLOWING, 0), (FOLLOWING, 32)]
)
def test_a_number_that_does_not_fit_is_refused(kind: TermsKind, number: int) -> None:
    """Bad input: at the field."""
    with pytest.raises(InvalidInput) as refused:
        PaymentTerms(kind, number)
    assert list(refused.value.fields) == ["number"]
