"""How quotes, credit notes and payments look in the API, and what is taken in."""

from collections.abc import Iterable
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from hub.errors import InvalidInput
from hub.money import AMOUNT
from orders.api.line_data import line_data
from orders.api.serializers import (
    DocumentIn,
    DocumentSerializer,
    LineIn,
    LineSerializer,
    OrderIn,
    _Detail,
)
from orders.models import Bill, CreditNote, CreditSide, Direction, Invoice, Payment
from orders.open_items import Settled, settlements_of
from orders.selectors import lines_of
from orders.services.credit_notes import CreditInput
from orders.services.paying import Moved
from orders.services.settlements import Allocation, ItemKey
from tenants.api.attributes import AttributeValues
from tenants.api.fields import NumberAsTyped, amount, quantity


# --- Out -----------------------------------------------------------------------------------
class SettlementSerializer(serializers.Serializer[Any]):
    """What an item was settled with, or used for; `kind` and `id` are the other side's."""

    settlement = serializers.UUIDField()
    kind = serializers.CharField(allow_null=True)
    id = serializers.UUIDField(allow_null=True)
    number = serializers.CharField()
    amount = amount()
    settled_on = serializers.DateField()
    refund = serializers.BooleanField()


def settlement_data(one: Settled) -> dict[str, Any]:
    """What `SettlementSerializer` documents."""
    return {
        "settlement": one.settlement.id,
        "kind": one.other.kind if one.other is not None else None,
        "id": one.other.id if one.other is not None else None,
        "number": one.number,
        "amount": f"{one.settlement.amount:.4f}",
        "settled_on": one.settlement.settled_on,
        "refund": one.paid_back,
    }


class SettledMixin(serializers.Serializer[Any]):
    """The settlements of a document, oldest first."""

    settlements = serializers.SerializerMethodField()

    @extend_schema_field(SettlementSerializer(many=True))
    def get_settlements(self, row: Invoice | Bill | CreditNote | Payment) -> Any:
        """What it was settled with."""
        return [settlement_data(one) for one in settlements_of(row)]


class QuoteSerializer(DocumentSerializer):
    valid_until = serializers.DateField(allow_null=True)
    required_on = serializers.DateField(allow_null=True)
    sales_order = serializers.UUIDField(source="sale", allow_null=True)


class QuoteDetail(_Detail, QuoteSerializer):
    delivery_address = serializers.CharField()
    attributes = AttributeValues(help_text="By slot number; the attributes of sales.")


class CreditNoteSerializer(DocumentSerializer):
    """`settled` is how much of the total is used, paid back or kept as credit."""

    side = serializers.ChoiceField(choices=CreditSide.choices)
    invoice = serializers.UUIDField(source="invoice_id", allow_null=True)
    bill = serializers.UUIDField(source="bill_id", allow_null=True)
    reason = serializers.CharField()
    settled = amount()


class CreditLineSerializer(LineSerializer):
    returned = quantity()


class CreditNoteDetail(SettledMixin, CreditNoteSerializer):
    location = serializers.UUIDField(source="location_id", allow_null=True)
    lines = serializers.SerializerMethodField()
    note = serializers.CharField()
    internal_note = serializers.CharField()

    @extend_schema_field(CreditLineSerializer(many=True))
    def get_lines(self, note: CreditNote) -> Any:
        """The lines in their order; `returned` of each moves stock."""
        return [{**line_data(line), "returned": f"{line.returned:.5f}"} for line in lines_of(note)]


class PaymentSerializer(serializers.Serializer[Any]):
    """`used` of the amount is for documents; the rest of a payment is the contact's credit."""

    id = serializers.UUIDField()
    number = serializers.CharField()
    status = serializers.CharField()
    side = serializers.ChoiceField(choices=CreditSide.choices)
    direction = serializers.ChoiceField(choices=Direction.choices)
    contact = serializers.UUIDField(source="contact_id")
    contact_name = serializers.CharField(source="contact.name")
    account = serializers.UUIDField(source="account_id", allow_null=True)
    paid_on = serializers.DateField()
    currency = serializers.CharField()
    rate = serializers.DecimalField(max_digits=18, decimal_places=8)
    used = amount()
    amount = amount()
    reference = serializers.CharField()
    note = serializers.CharField()
    order = serializers.UUIDField(allow_null=True)
    credit_note = serializers.UUIDField(source="credit_note_id", allow_null=True)
    created_at = serializers.DateTimeField()


class PaymentDetail(SettledMixin, PaymentSerializer):
    pass


# --- In ------------------------------------------------------------------------------------
class QuoteIn(OrderIn):
    valid_until = serializers.DateField(required=False, allow_null=True)


class AcceptIn(serializers.Serializer[Any]):
    authorise = serializers.BooleanField(required=False, default=False)


class CreditLineIn(LineIn):
    """On a document: `line` names its line, `returned` of it moves stock. Else as any line."""

    line = serializers.UUIDField(required=False)
    returned = NumberAsTyped(required=False)


class CreditNoteIn(DocumentIn):
    """On an `invoice` or a `bill`, or on its own for a `contact` and a `side`."""

    side = serializers.ChoiceField(choices=CreditSide.choices, required=False)
    contact = serializers.UUIDField(required=False)
    invoice = serializers.UUIDField(required=False)
    bill = serializers.UUIDField(required=False)
    location = serializers.UUIDField(
        required=False,
        allow_null=True,
        help_text="Where returned goods go, or leave from. A customer's return, unless one is "
        "named, to where they left.",
    )
    reason = serializers.CharField(max_length=255, required=False, allow_blank=True)
    lines = CreditLineIn(
        many=True, required=False, help_text="Left out on a document: all that is not credited."
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """One of the three ways."""
        given = [name for name in ("invoice", "bill", "contact") if name in attrs]
        if self.partial:
            return attrs
        if len(given) != 1:
            raise serializers.ValidationError(
                {"invoice": ["Name an invoice, a bill, or a contact with a side."]}
            )
        if given == ["contact"] and ("side" not in attrs or "lines" not in attrs):
            raise serializers.ValidationError({"side": ["Give the side and the lines."]})
        return attrs


def credit_inputs(lines: Iterable[dict[str, Any]]) -> list[CreditInput]:
    """Lines on a document as the service takes them; raises InvalidInput naming `lines.0.line`."""
    found = []
    for index, line in enumerate(lines):
        if "line" not in line:
            message = "Name the document's line."
            raise InvalidInput(message, fields={f"lines.{index}.line": [message]})
        found.append(
            CreditInput(
                line["line"],
                line.get("quantity") or "0",
                line.get("returned") or "0",
                line.get("price"),
            )
        )
    return found


class MovedIn(serializers.Serializer[Any]):
    """Money that moved. Without a rate foreign money has the rate of its day."""

    amount = NumberAsTyped()
    account = serializers.UUIDField(help_text="An account that accepts payments.")
    paid_on = serializers.DateField(required=False)
    rate = NumberAsTyped(required=False, allow_null=True)
    reference = serializers.CharField(max_length=80, required=False, allow_blank=True)
    note = serializers.CharField(max_length=1000, required=False, allow_blank=True)


def moved(values: dict[str, Any]) -> Moved:
    """As the services take it."""
    names = ("amount", "account", "paid_on", "rate", "reference", "note")
    return Moved(**{name: values[name] for name in names if name in values})


class _NamesOne(serializers.Serializer[Any]):
    """Exactly one of the id fields is given; `key` is what it names."""

    amount = NumberAsTyped()

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """One document, no more."""
        kinds = [name for name in map(str, self.fields) if name not in ("amount", "settled_on")]
        given = [ItemKey(name, attrs[name]) for name in kinds if name in attrs]
        if len(given) != 1:
            message = f"Name one of: {', '.join(kinds)}."
            raise serializers.ValidationError({kinds[0]: [message]})
        more = {"settled_on": attrs["settled_on"]} if "settled_on" in attrs else {}
        return {"key": given[0], "amount": attrs["amount"], **more}


class _NamesDebt(_NamesOne):
    invoice = serializers.UUIDField(required=False)
    bill = serializers.UUIDField(required=False)


class SettleIn(_NamesDebt):
    """Use so much of it for an invoice or a bill, on a day: today if left out."""

    settled_on = serializers.DateField(required=False)


class AllocationIn(_NamesDebt):
    """What the money is for; `credit_note` and `payment` are what a refund pays back."""

    credit_note = serializers.UUIDField(required=False)
    payment = serializers.UUIDField(required=False)


class PaymentIn(MovedIn):
    """What is not allocated is kept as the contact's credit; a refund leaves nothing."""

    side = serializers.ChoiceField(choices=CreditSide.choices)
    direction = serializers.ChoiceField(choices=Direction.choices)
    contact = serializers.UUIDField()
    currency = serializers.CharField(max_length=3, required=False)
    order = serializers.UUIDField(
        required=False, allow_null=True, help_text="The order or quote of a deposit."
    )
    allocations = AllocationIn(many=True, required=False)


def allocations(items: Iterable[dict[str, Any]]) -> list[Allocation]:
    """Allocations as the service takes them; raises InvalidInput naming `allocations.0.amount`."""
    return [
        Allocation(
            item["key"],
            AMOUNT.parse(item["amount"], field=f"allocations.{index}.amount", above=0),
        )
        for index, item in enumerate(items)
    ]


class KeepIn(serializers.Serializer[Any]):
    amount = NumberAsTyped(required=False, help_text="All that is left, if it is left out.")
