"""Pick lists and delivery notes as PDF: what the warehouse works from, without prices."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal
from functools import partial
from uuid import UUID

from hub.errors import Conflict, InvalidInput
from hub.ui.formatting import date_text, quantity_text
from inventory.models import Location, Product
from network.domain.payload_base import clean_note
from orders.domain.payloads import Party
from orders.domain.states import SalesOrderStatus
from orders.domain.stock_states import ShipmentStatus
from orders.models import SalesOrder, SalesOrderLine, Shipment, ShipmentLine
from orders.pdf.render import render_view
from orders.pdf.warehouse import Paper, PaperLine, PickPlace, delivery_view, pick_view
from orders.services.allocation import location_of, stock_rows
from orders.services.documents import document_or_404
from orders.services.freezing import party_of, party_of_contact
from orders.services.printing import style_of
from orders.services.stock_documents import piece_or_404
from tenants.models import Organisation
from tenants.services.organisations import current_organisation

MOST_PICKED = 100
ZERO = Decimal(0)


def pick_list_of_sale(order_id: UUID) -> bytes:
    """What is promised to a sale and has not left. Raises NotFound, Conflict."""
    order = document_or_404(SalesOrder, order_id)
    if order.status not in SalesOrderStatus.sendable():
        raise Conflict(f"{order.number} is not authorised yet.", code="not_authorised")
    lines = [
        _pick_line(row.product, row.description, row.allocated)
        for row in stock_rows(order)
        if row.allocated > 0 and row.product is not None
    ]
    if not lines:
        raise Conflict(f"Nothing in stock is promised to {order.number}.", code="nothing_to_pick")
    me = current_organisation()
    write = partial(date_text, style=me.date_format)
    paper = Paper(
        order.number,
        party_of(me),
        [("Deliver to", _receiver(order, order.delivery_address))],
        [
            ("Ordered", write(order.issued_on)),
            ("Required", write(order.required_on) if order.required_on else ""),
            ("Reference", order.reference),
        ],
        [("Notes", order.note)],
    )
    place = PickPlace(f"From {location_of(order).name}", _by_sku(lines))
    return render_view(pick_view(paper, [place]), style_of(me))


def pick_list_of_shipments(ids: Sequence[UUID]) -> bytes:
    """What shipments that are being picked need, by location; each product once, for all of them.

    Raises InvalidInput for none or too many, Conflict (`nothing_to_pick`) when all have left.
    """
    if not 0 < len(set(ids)) <= MOST_PICKED:
        message = f"Tick between 1 and {MOST_PICKED} shipments."
        raise InvalidInput(message, fields={"selected": [message]})
    shipments = list(
        Shipment.objects.filter(id__in=set(ids), status__in=ShipmentStatus.open())
        .select_related("contact", "location", "sales_order")
        .order_by("id")
    )
    if not shipments:
        raise Conflict("Nothing of it is left to pick.", code="nothing_to_pick")
    me = current_organisation()
    view = pick_view(_paper_of(me, shipments), _places(shipments))
    return render_view(view, style_of(me))


def _paper_of(me: Organisation, shipments: Sequence[Shipment]) -> Paper:
    write = partial(date_text, style=me.date_format)
    if len(shipments) > 1:
        numbers = ", ".join(shipment.number for shipment in shipments)
        return Paper(
            f"{len(shipments)} shipments",
            party_of(me),
            facts=[("Shipments", str(len(shipments)))],
            blocks=[("Shipments", numbers)],
        )
    [shipment] = shipments
    return Paper(
        shipment.number,
        party_of(me),
        [("Deliver to", _receiver(shipment, shipment.delivery_address))],
        [("Date", write(shipment.happened_on)), ("Order", shipment.sales_order.number)],
        [("Notes", shipment.sales_order.note), ("For the warehouse", shipment.note)],
    )


def _places(shipments: Sequence[Shipment]) -> list[PickPlace]:
    numbers = {shipment.id: shipment.number for shipment in shipments}
    at = {shipment.id: shipment.location for shipment in shipments}
    found: dict[tuple[UUID, UUID], list[ShipmentLine]] = defaultdict(list)
    for row in (
        ShipmentLine.objects.filter(shipment__in=shipments)
        .select_related("product")
        .order_by("shipment_id", "position")
    ):
        found[at[row.shipment_id].id, row.product_id].append(row)
    places: dict[UUID, list[PaperLine]] = defaultdict(list)
    for (location, _product), rows in found.items():
        quantity = sum((row.quantity for row in rows), ZERO)
        whose = [f"{numbers[row.shipment_id]}: {quantity_text(row.quantity)}" for row in rows]
        details = [" · ".join(whose)] if len(shipments) > 1 else []
        places[location].append(_pick_line(rows[0].product, rows[0].description, quantity, details))
    by_name: list[Location] = sorted(
        {one.id: one for one in at.values()}.values(), key=lambda one: one.name
    )
    return [PickPlace(f"From {one.name}", _by_sku(places[one.id])) for one in by_name]


def _pick_line(
    product: Product, description: str, quantity: Decimal, details: Sequence[str] = ()
) -> PaperLine:
    return PaperLine(
        product.sku,
        description or product.name,
        quantity,
        product.unit,
        product.barcode,
        details=details,
    )


def _by_sku(lines: Iterable[PaperLine]) -> list[PaperLine]:
    """As the shelves are: by SKU, whatever the letters' case."""
    return sorted(lines, key=lambda line: line.sku.casefold())


def delivery_note(shipment_id: UUID) -> bytes:
    """What is in the parcels, for whoever opens them; no prices. Raises NotFound, Conflict."""
    shipment = piece_or_404(Shipment, shipment_id)
    if shipment.status == ShipmentStatus.VOID:
        raise Conflict(f"{shipment.number} is void.", code="void")
    order: SalesOrder = shipment.sales_order
    ordered = {row.line_id: row for row in order.lines.all()}
    lines = [
        _delivered(row, ordered.get(row.line_id))
        for row in shipment.lines.select_related("product").order_by("position")
    ]
    me = current_organisation()
    write = partial(date_text, style=me.date_format)
    paper = Paper(
        shipment.number,
        party_of(me),
        [
            ("Customer", party_of_contact(shipment.contact)),
            ("Deliver to", _receiver(shipment, shipment.delivery_address)),
        ],
        [
            ("Date", write(shipment.happened_on)),
            ("Your order", order.partner_number or order.reference),
            ("Our order", order.number),
            ("Carrier", shipment.carrier),
            ("Tracking", shipment.tracking),
            ("Parcels", str(shipment.parcels)),
        ],
        [("Notes", order.note), ("Received by", "Name, date and signature:")],
    )
    return render_view(delivery_view(paper, lines), style_of(me))


def _delivered(row: ShipmentLine, line: SalesOrderLine | None) -> PaperLine:
    theirs = line.partner_sku if line is not None else ""
    return PaperLine(
        row.product.sku,
        row.description or row.product.name,
        row.quantity,
        row.product.unit,
        row.product.barcode,
        ordered=line.quantity if line is not None else None,
        details=[
            f"Your code\u00a0{theirs}" if theirs else "",
            f"Barcode\u00a0{row.product.barcode}" if row.product.barcode else "",
        ],
    )


def _receiver(document: SalesOrder | Shipment, address: str) -> Party:
    contact = document.contact
    where = address or contact.delivery_address or contact.billing_address
    return Party(
        name=party_of_contact(contact).name,
        address=clean_note(where, longest=500),
        country="",
    )
