"""An invoice arrives and becomes a bill on its order (N11, N12, K5); its answer returns."""

from typing import Any

from django.db.models import Q

from hub.errors import WharfError
from network.domain.states import PartnerRole
from network.envelopes import Incoming, PayloadRefused, Taken
from network.models import Connection
from orders.domain.payloads import InvoiceAnswerPayload, InvoicePayload, check_totals, read_payload
from orders.domain.states import BillStatus, NetworkStatus
from orders.models import Bill, BillLine, Invoice, PurchaseOrder, PurchaseOrderLine
from orders.services.bill_posting import unpost_bill
from orders.services.documents import lock_document, move, network_news, record
from orders.services.invoices import due_date
from orders.services.network.lines import rows_from
from orders.services.network.orders import ANSWERS, answer_text, answered
from tenants.services.notifications import notify
from tenants.services.numbers import take_number


def receive_invoice(incoming: Incoming) -> Taken:
    """A bill awaiting approval; a newer version supersedes and opens approval again."""
    payload = read_payload(InvoicePayload, incoming.payload)
    connection = incoming.connection
    from_customer = connection.role == PartnerRole.CUSTOMER
    if connection.contact is None:
        raise PayloadRefused("The connection has no contact here.", code="no_contact")
    if from_customer and not connection.accept_customer_invoices:
        raise PayloadRefused(
            "This supplier does not take invoices from customers over the network. "
            "Ask it to switch that on for your connection.",
            code="customer_invoices_off",
        )
    earlier = _latest(connection, payload)
    if earlier is not None and payload.version <= earlier.partner_version:
        return Taken("bill", earlier.id, earlier.number)
    if earlier is not None:
        _supersede(earlier)
    bill = _new_bill(connection, payload, earlier, from_customer=from_customer)
    _tell(bill, connection, payload, earlier)
    return Taken("bill", bill.id, bill.number)


def _latest(connection: Connection, payload: InvoicePayload) -> Bill | None:
    return (
        Bill.objects.select_for_update(of=("self",), no_key=True)
        .select_related("contact")
        .filter(contact=connection.contact, partner_key=payload.document_id)
        .order_by("-partner_version")
        .first()
    )


def _supersede(earlier: Bill) -> None:
    if earlier.status == BillStatus.VOID:
        return
    try:
        if earlier.status == BillStatus.APPROVED:
            unpost_bill(earlier)
        move(earlier, "supersede")
    except WharfError as error:
        raise PayloadRefused(
            "Your invoice is paid, or goods were received on it; send a credit note instead.",
            code="already_paid",
        ) from error
    record(earlier, "superseded", f"{earlier.number} was replaced by a newer version")


def _new_bill(
    connection: Connection,
    payload: InvoicePayload,
    earlier: Bill | None,
    *,
    from_customer: bool,
) -> Bill:
    contact = connection.contact
    assert contact is not None
    purchase = None if from_customer else _purchase_order(connection, payload)
    ordered = {}
    if purchase is not None:
        ordered = {
            line.line_id: line.product
            for line in PurchaseOrderLine.objects.select_related("product").filter(order=purchase)
        }
    rows = rows_from(BillLine, payload, contact.id, sender="seller", ordered=ordered)
    bill = Bill(
        contact=contact,
        number=take_number("bill"),
        status=BillStatus.AWAITING_APPROVAL,
        purchase_order=purchase,
        from_network=True,
        from_customer=from_customer,
        issued_on=payload.issued_on,
        due_on=payload.due_on or due_date(contact, payload.issued_on),
        currency=payload.currency,
        prices_include_tax=payload.prices_include_tax,
        net=payload.totals.net,
        tax=payload.totals.tax,
        total=payload.totals.total,
        note=payload.notes,
        reference=payload.reference,
        partner_key=payload.document_id,
        partner_version=payload.version,
        partner_number=payload.number,
        supersedes=earlier,
        warning=_warning(payload, purchase, earlier, from_customer=from_customer),
        request=payload.model_dump(mode="json"),
        network_status=NetworkStatus.DELIVERED,
        created_by_name=connection.partner_name,
    )
    bill.save(force_insert=True)
    for row in rows:
        row.bill = bill
    BillLine.objects.bulk_create(rows)
    record(bill, "received", f"Invoice {payload.number} received from {connection.partner_name}")
    if purchase is not None:
        network_news(purchase, NetworkStatus.INVOICED)
        record(purchase, "invoiced", f"Invoice {payload.number} arrived as {bill.number}")
    return bill


def _purchase_order(connection: Connection, payload: InvoicePayload) -> PurchaseOrder | None:
    """Our purchase order that the invoice names, by our id or by the supplier's own order (N17)."""
    keys = [reference.document_id for reference in payload.orders]
    if not keys:
        return None
    return (
        PurchaseOrder.objects.filter(
            Q(id__in=keys) | Q(partner_key__in=keys), contact=connection.contact
        )
        .order_by("id")
        .first()
    )


def _warning(
    payload: InvoicePayload,
    purchase: PurchaseOrder | None,
    earlier: Bill | None,
    *,
    from_customer: bool,
) -> str:
    warnings = []
    if earlier is not None:
        state = "had been approved" if earlier.approved_at else "was here before"
        warnings.append(
            f"The supplier changed this invoice after delivery. Version {earlier.partner_version} "
            f"{state} as {earlier.number}; compare before you approve."
        )
    if purchase is None and not from_customer:
        warnings.append("It names no purchase order of ours.")
    if from_customer:
        warnings.append("A customer sent you this invoice. Approve it only if you expected it.")
    wrong = check_totals(payload)
    if wrong:
        warnings.append(f"It does not add up: {wrong[0].sentence}.")
    return "\n".join(warnings)


def _tell(
    bill: Bill, connection: Connection, payload: InvoicePayload, earlier: Bill | None
) -> None:
    verb = "changed" if earlier is not None else "sent"
    title = f"{connection.partner_name} {verb} invoice {payload.number}"
    notify(
        "bills.received",
        title,
        body=f"{title}. It is {bill.number} here and waits for approval.\n{bill.warning}".strip(),
        url=f"/bills/{bill.id}/",
        about=bill.id,
    )


def receive_invoice_answer(incoming: Incoming) -> Taken:
    """The buyer approved, declined or questioned our invoice."""
    payload = read_payload(InvoiceAnswerPayload, incoming.payload)
    contact = incoming.connection.contact
    found: Any = Invoice.objects.filter(id=payload.document_id, contact=contact).first()
    if found is None or contact is None:
        raise PayloadRefused("We do not have this invoice.", code="unknown_document")
    invoice = lock_document(Invoice, found.id)
    if payload.document_version != invoice.version:
        raise PayloadRefused(
            f"The answer is about version {payload.document_version}; "
            f"{invoice.number} is at version {invoice.version}.",
            code="other_version",
        )
    news, answer = ANSWERS[payload.answer]
    text = answer_text(payload)
    network_news(invoice, news, partner_message=text)
    answered(invoice.id, "invoice", answer)
    record(
        invoice,
        f"partner_{payload.answer}",
        f"{answer.label}. {text}".strip(),
    )
    notify(
        "invoices.answered",
        f"{invoice.contact.name}: {invoice.number} {answer.label.lower()}",
        body=text,
        url=f"/invoices/{invoice.id}/",
        about=invoice.id,
    )
    return Taken("invoice", invoice.id, invoice.number)
