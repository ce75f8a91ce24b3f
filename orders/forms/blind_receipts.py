"""Receiving goods without an order: the supplier, and lines of products with what they cost."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

from django import forms
from django.forms.formsets import DELETION_FIELD_NAME

from hub.errors import WharfError
from hub.money import plain
from inventory.models import Product
from orders.forms.documents import NUMBER, SPARE_LINES, ContactField, day_field
from orders.forms.goods import fill_locations, location_field
from orders.models import Receipt
from orders.selectors import price_text
from orders.services.receiving import ReceiptHeader, ReceiptInput

if TYPE_CHECKING:
    _LineForms = forms.BaseFormSet["BlindLineForm"]
else:
    _LineForms = forms.BaseFormSet

MOST_RECEIVED = 500


class BlindReceiptForm(forms.Form):
    """Who brought the goods, when, and where they are now."""

    contact = ContactField(label="Supplier")
    happened_on = day_field("Received on", required=True)
    location = location_field("Into")
    reference = forms.CharField(label="Delivery note", max_length=80, required=False)
    note = forms.CharField(max_length=4000, required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        fill_locations(self)

    def header(self) -> ReceiptHeader:
        """The head as the service takes it."""
        data = self.cleaned_data
        return ReceiptHeader(
            happened_on=data["happened_on"],
            location=UUID(data["location"]),
            reference=data["reference"],
            note=data["note"],
        )


class BlindLineForm(forms.Form):
    """One product that came. The price is in the base currency, without tax."""

    sku = forms.CharField(
        label="Product", max_length=60, required=False, widget=forms.TextInput({"data-lookup": ""})
    )
    quantity = forms.CharField(max_length=40, required=False, widget=forms.TextInput(NUMBER))
    unit_price = forms.CharField(
        label="Unit cost", max_length=40, required=False, widget=forms.TextInput(NUMBER)
    )


class BlindLines(_LineForms):
    """The lines. Blank rows and rows ticked for removal do not count."""

    deletion_widget = forms.CheckboxInput

    def kept(self) -> list[BlindLineForm]:
        """The rows that count, in their order."""
        return [
            form
            for form in self.forms
            if (form.has_changed() or form.initial)
            and not form.cleaned_data.get(DELETION_FIELD_NAME)
        ]

    def inputs(self) -> list[ReceiptInput]:
        """The lines as the service takes them; an unknown SKU is no product."""
        rows = [form.cleaned_data for form in self.kept()]
        keys = {row.get("sku", "").strip().casefold() for row in rows}
        found = dict(Product.objects.filter(sku_key__in=keys).values_list("sku_key", "id"))
        return [
            ReceiptInput(
                row.get("quantity") or "",
                product=found.get(row.get("sku", "").strip().casefold()),
                unit_cost=row.get("unit_price") or None,
            )
            for row in rows
        ]


_BlindLines = forms.formset_factory(
    BlindLineForm,
    formset=BlindLines,
    extra=SPARE_LINES,
    can_delete=True,
    max_num=MOST_RECEIVED,
    absolute_max=MOST_RECEIVED + SPARE_LINES,
)


def blind_lines(data: Mapping[str, Any] | None, initial: Sequence[dict[str, Any]]) -> BlindLines:
    """The line editor's forms."""
    return cast("BlindLines", _BlindLines(data, prefix="lines", initial=list(initial)))


def initial_blind_lines(receipt: Receipt | None) -> list[dict[str, Any]]:
    """A stored receipt's lines as their forms show them."""
    if receipt is None:
        return []
    return [
        {
            "sku": line.product.sku,
            "quantity": plain(line.quantity),
            "unit_price": price_text(line.unit_cost),
        }
        for line in receipt.lines.select_related("product").order_by("position")
    ]


def place_blind_errors(form: BlindReceiptForm, lines: BlindLines, error: WharfError) -> None:
    """Put each message of a refused receipt at its field; the rest on top."""
    names = {"product": "sku", "quantity": "quantity", "unit_cost": "unit_price"}
    rows, placed = lines.kept(), False
    for path, messages in error.fields.items():
        first, _dot, rest = path.partition(".")
        position, _dot, field = rest.partition(".")
        at: tuple[forms.Form, str | None] = (form, path if path in form.fields else None)
        if first == "lines" and position.isdecimal() and int(position) < len(rows):
            at = (rows[int(position)], names.get(field))
        for message in messages:
            at[0].add_error(at[1], message)
            placed = True
    if not placed:
        form.add_error(None, error.message)
