"""The buyer's side of a credit note: a supplier credit that waits to be authorised."""

from inventory.services.locations import default_location
from network.envelopes import Incoming, PayloadRefused, Taken
from orders.domain.payloads import CreditNotePayload, read_payload
from orders.domain.states import BillStatus, NetworkStatus
from orders.domain.stock_states import CreditNoteStatus
from orders.models import Bill, CreditNote, CreditNoteLine, CreditSide
from orders.services.credit_notes import void_credit_note
from orders.services.documents import record
from orders.services.network.lines import rows_from
from orders.services.network.orders import check_adds_up
from tenants.services.notifications import notify
from tenants.services.numbers import take_number


def receive_credit_note(incoming: Incoming) -> Taken:
    """A draft supplier credit on the bill it credits; a newer version takes its place."""
    payload = read_payload(CreditNotePayload, incoming.payload)
    contact = incoming.connection.contact
    if contact is None:
        raise PayloadRefused("The connection has no contact here.", code="no_contact")
    check_adds_up(payload)
    earlier = (
        CreditNote.objects.filter(contact=contact, partner_key=payload.document_id)
        .order_by("-partner_version")
        .first()
    )
    if earlier is not None:
        if payload.version <= earlier.partner_version:
            return Taken("credit_note", earlier.id, earlier.number)
        if earlier.status not in (CreditNoteStatus.DRAFT, CreditNoteStatus.VOID):
            raise PayloadRefused(
                f"{payload.number} is in the buyer's book already. Send another credit note.",
                code="already_accepted",
            )
        if earlier.status == CreditNoteStatus.DRAFT:
            void_credit_note(earlier.id)
    note = _new_note(incoming, payload)
    text = f"{incoming.connection.partner_name} sent credit note {payload.number}"
    notify(
        "bills.credited",
        text,
        body=f"{text}. It is {note.number} here; authorise it when it is right.",
        url=f"/credit-notes/{note.id}/",
        about=note.id,
    )
    return Taken("credit_note", note.id, note.number)


def _new_note(incoming: Incoming, payload: CreditNotePayload) -> CreditNote:
    contact = incoming.connection.contact
    assert contact is not None
    bill = _bill(incoming, payload)
    billed = {}
    if bill is not None:
        rows = bill.lines.select_related("product")
        billed = {row.line_id: row.product for row in rows}
    lines = rows_from(CreditNoteLine, payload, contact.id, sender="seller", ordered=billed)
    note = CreditNote(
        side=CreditSide.PURCHASE,
        contact=contact,
        number=take_number("supplier_credit"),
        bill=bill,
        location=default_location(),
        from_network=True,
        issued_on=payload.issued_on,
        currency=payload.currency,
        rate=bill.rate if bill is not None else 1,
        prices_include_tax=payload.prices_include_tax,
        net=payload.totals.net,
        tax=payload.totals.tax,
        total=payload.totals.total,
        reference=payload.reference,
        note=payload.notes,
        reason=payload.reason,
        partner_key=payload.document_id,
        partner_version=payload.version,
        partner_number=payload.number,
        network_status=NetworkStatus.DELIVERED,
        created_by_name=incoming.connection.partner_name,
    )
    note.save(force_insert=True)
    for line in lines:
        line.credit_note = note
    CreditNoteLine.objects.bulk_create(lines)
    record(note, "received", f"Credit note {payload.number} received from {contact.name}")
    if bill is not None:
        record(bill, "credited", f"Credit note {payload.number} arrived as {note.number}")
    return note


def _bill(incoming: Incoming, payload: CreditNotePayload) -> Bill | None:
    if payload.invoice is None:
        return None
    return (
        Bill.objects.filter(
            contact=incoming.connection.contact,
            partner_key=payload.invoice.document_id,
            status__in=[BillStatus.AWAITING_APPROVAL, BillStatus.APPROVED, BillStatus.PAID],
        )
        .order_by("-partner_version")
        .first()
    )
