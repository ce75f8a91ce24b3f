"""Moving the goods of imported documents where the options say so (Q13)."""

from uuid import UUID

from django.db import transaction

from accounting.domain.options import Options
from accounting.models import SyncDocument
from hub.errors import WharfError
from inventory.models import Location
from orders.services.receiving import (
    ReceiptHeader,
    authorise_receipt,
    draft_receipt_of_bill,
)
from orders.services.shipping import draft_shipment, pack_shipment, pick_shipment, ship


def receive(row: SyncDocument, bill_id: UUID, options: Options) -> None:
    """Receive the goods of an imported bill; what does not work is said on its row."""
    try:
        with transaction.atomic():
            header = ReceiptHeader(location=_location(options))
            authorise_receipt(draft_receipt_of_bill(bill_id, header).id)
    except WharfError as error:
        if error.code != "nothing_outstanding":
            _say(row, "not_received", f"Imported, but its goods were not received: {error.message}")


def fulfil(row: SyncDocument, order_id: UUID, options: Options) -> None:
    """Pick, pack and ship an imported sale as far as the options say."""
    if not (options.fulfil_pick or options.fulfil_pack or options.fulfil_ship):
        return
    try:
        with transaction.atomic():
            shipment = draft_shipment(order_id)
            if options.fulfil_pick or options.fulfil_pack:
                pick_shipment(shipment.id)
            if options.fulfil_pack:
                pack_shipment(shipment.id)
            if options.fulfil_ship:
                ship(shipment.id)
    except WharfError as error:
        _say(row, "not_shipped", f"Imported, but its goods were not moved: {error.message}")


def _location(options: Options) -> UUID | None:
    if not options.import_location:
        return None
    found = Location.objects.filter(id=options.import_location).values_list("id", flat=True)
    return found.first()


def _say(row: SyncDocument, reason: str, message: str) -> None:
    """It stands on both sides; only the goods wait for somebody."""
    row.reason, row.message = reason, message
    row.save(update_fields=["reason", "message"])
