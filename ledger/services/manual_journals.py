"""Journals by hand: from what was typed in two columns to a posting, and their reversal."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from hub.errors import Conflict, InvalidInput
from hub.money import minor_units, parse_amount, round_half_up
from ledger.domain.postings import JournalEvent
from ledger.models import Book, Journal
from ledger.selectors import journal_or_404
from ledger.services.journals import ManualLine, post_manual, reverse_all
from tenants.services.activity import log_activity

MOST_LINES = 200


@dataclass(frozen=True, slots=True)
class TypedLine:
    """One row as it was typed: an account, and an amount in one of the two columns."""

    account: UUID | None
    debit: str = ""
    credit: str = ""
    memo: str = ""


def post_typed(
    posted_on: date, lines: Sequence[TypedLine], memo: str, base_currency: str
) -> Journal:
    """A journal from typed rows. Raises InvalidInput naming `lines.N.account`, `.debit`, `.credit`.

    `lines` itself is named where debits and credits differ or a row is missing.
    """
    if len(lines) > MOST_LINES:
        message = f"A journal has at most {MOST_LINES} lines. Split it."
        raise InvalidInput(message, fields={"lines": [message]})
    fields: dict[str, list[str]] = {}
    read = [
        _read(line, f"lines.{index}", fields, base_currency) for index, line in enumerate(lines)
    ]
    if fields:
        raise InvalidInput("This journal cannot be posted; see below.", fields=fields)
    return post_manual(posted_on, [line for line in read if line], memo, base_currency)


def _read(
    line: TypedLine, path: str, fields: dict[str, list[str]], currency: str
) -> ManualLine | None:
    if line.account is None:
        fields[f"{path}.account"] = ["Choose an account."]
    sides: dict[str, Decimal] = {}
    for side, text in (("debit", line.debit), ("credit", line.credit)):
        if not text.strip():
            continue
        try:
            sides[side] = _amount(text, f"{path}.{side}", currency)
        except InvalidInput as error:
            fields.update(error.fields)
    if len(sides) == 2 and all(sides.values()):
        fields[f"{path}.credit"] = ["Fill in the debit or the credit, not both."]
    if not any(sides.values()) and not any(name.startswith(f"{path}.") for name in fields):
        fields[f"{path}.debit"] = ["Fill in a debit or a credit."]
    if line.account is None:
        return None
    amount = sides.get("debit", Decimal(0)) - sides.get("credit", Decimal(0))
    return ManualLine(line.account, amount, line.memo.strip()[:255])


def _amount(text: str, path: str, currency: str) -> Decimal:
    amount = parse_amount(text, field=path, minimum=0)
    places = minor_units(currency)
    if round_half_up(amount, places) != amount:
        message = f"{currency} has {places} decimals." if places else f"{currency} has no decimals."
        raise InvalidInput(message, fields={path: [message]})
    return amount


def typed_totals(lines: Sequence[TypedLine], currency: str) -> tuple[Decimal, Decimal]:
    """Debits and credits as far as they can be read; for the foot of the form."""
    totals = []
    for texts in ([line.debit for line in lines], [line.credit for line in lines]):
        total = Decimal(0)
        for text in texts:
            try:
                total += _amount(text, "amount", currency)
            except InvalidInput:
                continue
        totals.append(total)
    return totals[0], totals[1]


def reverse_manual(journal_id: UUID, *, on: date) -> Journal:
    """Write the opposite of a journal that was written by hand, on a day of one's choice.

    Raises NotFound, Conflict (`from_document`, `already_reversed`, `is_reversal`), InvalidInput
    (`period_locked`).
    """
    Book.objects.select_for_update().get()  # two reversals of one journal wait for each other
    journal = journal_or_404(journal_id)
    refusal = why_not_reversed(journal)
    if refusal is not None:
        raise refusal
    reversal = reverse_all([journal], on=on)[0]
    log_activity("journal.reversed", f"Journal {journal} reversed by {reversal}", about=journal)
    return reversal


def why_not_reversed(journal: Journal) -> Conflict | None:
    """Why this journal cannot be reversed by hand; None when it can."""
    if journal.reverses_id is not None:
        return Conflict(
            f"{journal} is a reversal itself. Write a new journal instead.", code="is_reversal"
        )
    if journal.event != JournalEvent.MANUAL:
        return Conflict(
            f"{journal} follows from a document. Undo or void the document instead.",
            code="from_document",
        )
    if Journal.objects.filter(reverses=journal).exists():
        return Conflict(f"{journal} was reversed already.", code="already_reversed")
    return None
