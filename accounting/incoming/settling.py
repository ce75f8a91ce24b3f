"""What taking over money has in common: what it is for, recording it, taking it back."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from accounting.domain.incoming import Held, IncomingMoney, IncomingPart
from accounting.domain.states import Kind, SyncState
from accounting.engine.deciding import JOINED
from accounting.incoming.lists import account_for
from accounting.incoming.taking_over import NOT_THERE, title_of
from accounting.incoming.wanted import rate_of
from accounting.models import Connection, SyncDocument
from hub.money import Money
from orders.domain.stock_states import PaymentStatus
from orders.models import Bill, CreditSide, Direction, Invoice, Payment, Settlement
from orders.services.payments import PaymentInput, void_payment
from orders.services.settlements import unsettle
from tenants.services.activity import log_activity

ZERO = Decimal(0)
DOCUMENTS = {Kind.INVOICE: "invoice", Kind.BILL: "bill"}
CREDITS = (Kind.CREDIT_NOTE, Kind.SUPPLIER_CREDIT)
APPLIED = {Kind.PAYMENT: Kind.ALLOCATION, Kind.BILL_PAYMENT: Kind.BILL_ALLOCATION}


@dataclass(frozen=True, slots=True)
class Part:
    """So much of it is for that document of ours."""

    kind: Kind
    local_id: UUID
    amount: Decimal


def rows_of(
    connection: Connection, parts: Sequence[IncomingPart]
) -> dict[tuple[str, str], SyncDocument]:
    """The rows of what a payment there names, by entity and id there."""
    rows = SyncDocument.objects.filter(
        connection=connection, remote_id__in=[part.id for part in parts]
    ).exclude(state__in=NOT_THERE)
    return {(row.entity, row.remote_id): row for row in rows}


def payment_input(
    connection: Connection, money: IncomingMoney, contact: UUID, amount: Decimal
) -> PaymentInput:
    """So much of a payment of theirs, as the verb of payments takes it. Raises Held."""
    sale = money.kind == Kind.PAYMENT
    return PaymentInput(
        CreditSide.SALE if sale else CreditSide.PURCHASE,
        Direction.IN if sale else Direction.OUT,
        contact,
        _account(connection, money),
        amount,
        money.currency or connection.currency,
        money.on,
        rate_of(connection, money.currency, money.rate),
        " ".join(money.reference.split())[:80],
        money.note[:1000],
    )


def _account(connection: Connection, money: IncomingMoney) -> UUID:
    if not money.account:
        raise Held(
            f"{title_of(connection)} does not say which account the money is in. Choose one there.",
            code="no_account",
        )
    return account_for(connection, money.account)


def document_here(part: Part) -> Invoice | Bill:
    model = Invoice if part.kind == Kind.INVOICE else Bill
    return model._default_manager.get(id=part.local_id)


def contact_of_part(part: Part) -> UUID:
    return UUID(str(document_here(part).contact_id))


def check_open(connection: Connection, parts: Sequence[Part]) -> None:
    """Nothing is settled beyond what is open here; raises Held."""
    for part in parts:
        document = document_here(part)
        left = document.total - document.settled
        if part.amount > left:
            paid, open_ = (Money(each, document.currency) for each in (part.amount, left))
            raise Held(
                f"In {title_of(connection)} {paid} are paid on {document.number}; only {open_} are "
                "open here. Correct the payment there, or take back here what settled it before.",
                code="more_than_open",
            )


def take_back(connection: Connection, row: SyncDocument) -> None:
    """A payment, or the use of a credit, that is no more there is taken back here, with all that
    it stood for here.
    """
    ids = row.facts.get(JOINED) or [str(row.id)]
    rows = SyncDocument.objects.select_for_update(no_key=True).filter(id__in=ids)
    for one in rows.exclude(state=SyncState.REMOVED).order_by("rank", "id"):
        _take_back(connection, one)
    row.refresh_from_db()


def _take_back(connection: Connection, row: SyncDocument) -> None:
    if row.kind in APPLIED:
        payment = Payment.objects.filter(id=row.local_id).first()
        if payment is not None and payment.status != PaymentStatus.VOID:
            void_payment(payment.id)
            log_activity(
                "sync.payment_removed",
                f"{payment.number} was taken out of {title_of(connection)}: taken back here",
                about=payment,
            )
    elif not Settlement.objects.filter(reverses_id=row.local_id).exists():
        unsettle(row.local_id)
    row.state, row.reason, row.message = SyncState.REMOVED, "", ""
    row.remote_id, row.remote_version, row.hash = "", "", ""
    row.facts = {key: value for key, value in row.facts.items() if key != JOINED}
    row.save()
