"""The buttons of receipts and shipments."""

from uuid import UUID

from orders.domain.stock_states import ShipmentStatus
from orders.forms.goods import PackForm, ShipForm
from orders.models import Receipt, Shipment, StockDocument
from orders.services import drop_shipping, receiving, shipping
from orders.verbs.verb import Answers, Verb, simply, undo_verb, void_verb
from tenants.domain.permissions import Level, Special

RECEIPT_VERBS = (
    Verb(
        "authorise",
        "Receive",
        "{number} received.",
        simply(receiving.authorise_receipt),
        move="authorise",
        place="primary",
        icon="package-import",
        shortcut="a",
        undo="undo",
    ),
    undo_verb(drop_shipping.undo_goods_in, rehearses=True),
    void_verb(receiving.void_receipt, "receipt", rehearses=True),
)


def _pack(shipment_id: UUID, answers: Answers) -> Shipment:
    return shipping.pack_shipment(shipment_id, parcels=answers["parcels"])


def _ship(shipment_id: UUID, answers: Answers) -> Shipment:
    return shipping.ship(
        shipment_id,
        happened_on=answers["happened_on"],
        carrier=answers["carrier"] or None,
        tracking=answers["tracking"] or None,
    )


SHIPMENT_VERBS = (
    Verb(
        "pick",
        "Picked",
        "{number} picked.",
        simply(shipping.pick_shipment),
        move="pick",
        level=Level.EDIT,
        place="primary",
        icon="basket-check",
        shortcut="a",
        undo="undo",
    ),
    Verb(
        "pack",
        "Pack",
        "{number} packed.",
        _pack,
        move="pack",
        when=lambda shipment: shipment.status == ShipmentStatus.PICKED,
        level=Level.EDIT,
        place="primary",
        icon="package",
        form=PackForm,
        title="Pack {number}",
        undo="undo",
    ),
    Verb(
        "ship",
        "Ship",
        "{number} shipped.",
        _ship,
        move="ship",
        place="primary",
        icon="truck-delivery",
        form=ShipForm,
        title="Ship {number}",
        text="The goods leave stock and their cost is posted. What you leave empty stays as it is.",
        undo="undo",
    ),
    Verb(
        "undo",
        "Undo: pick again",
        "{number} undone.",
        simply(drop_shipping.undo_goods_out),
        move="undo",
        icon="arrow-back-up",
        title="Undo {number}",
        text="Goods that have left come back to stock; the shipment is to be picked again. What "
        "the supplier sent to the customer is void, with its receipt.",
        rehearses=True,
        special=Special.UNDO,
    ),
    void_verb(shipping.void_shipment, "shipment", rehearses=True),
)
GOODS_VERBS: dict[type[StockDocument], tuple[Verb, ...]] = {
    Receipt: RECEIPT_VERBS,
    Shipment: SHIPMENT_VERBS,
}
