"""Receiving, shipping, billing and invoicing an order: what of each line, and when.

Quantities and prices stay as typed; the services check them and say what is wrong at the field.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django import forms
from django.forms.boundfield import BoundField
from django.utils import timezone

from hub.errors import WharfError
from hub.money import plain
from orders.forms.documents import NUMBER, day_field, location_choices
from orders.selectors import price_text

# How services name what a line's fields hold, when they go by line id.
FIELDS = {"quantities": "quantity", "prices": "price"}


class PackForm(forms.Form):
    """Into how many parcels."""

    parcels = forms.IntegerField(min_value=1, max_value=9999, initial=1)


class ShipForm(forms.Form):
    """When and how the goods leave."""

    happened_on = day_field("Shipped on")
    happened_on.initial = timezone.localdate
    carrier = forms.CharField(max_length=80, required=False)
    tracking = forms.CharField(label="Tracking number", max_length=120, required=False)


def location_field(label: str) -> forms.ChoiceField:
    """Where goods are; its choices are filled by `fill_locations`."""
    return forms.ChoiceField(label=label)


def fill_locations(form: forms.Form) -> None:
    """The organisation's locations as choices."""
    form.fields["location"].choices = location_choices()  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class PartRow:
    """One line of an order that a part can be made of; `facts` are the figures shown beside it."""

    line_id: UUID
    sku: str
    description: str
    unit: str
    facts: Sequence[tuple[str, Decimal]]
    quantity: Decimal
    price: Decimal | None = None
    note: str = ""


class PartForm(forms.Form):
    """A quantity for each line of an order; empty or 0 leaves the line out.

    Subclasses add what the piece itself says. `rows` are the lines that are left to do.
    """

    def __init__(self, data: Any, rows: Sequence[PartRow], **options: Any) -> None:
        super().__init__(data, **options)
        self.rows = list(rows)
        if "location" in self.fields:
            fill_locations(self)
        for row in self.rows:
            self.fields[f"quantity-{row.line_id}"] = _number(
                f"Quantity of {row.sku or row.description}", plain(row.quantity)
            )
            if row.price is not None:
                self.fields[f"price-{row.line_id}"] = _number(
                    f"Price of {row.sku or row.description}", price_text(row.price)
                )

    def head(self) -> list[BoundField]:
        """The fields of the piece itself."""
        return [field for field in self if "-" not in field.name]

    def lines(self) -> Iterable[tuple[PartRow, BoundField, BoundField | None]]:
        """Each line with its fields."""
        for row in self.rows:
            price = self[f"price-{row.line_id}"] if row.price is not None else None
            yield row, self[f"quantity-{row.line_id}"], price

    @property
    def headings(self) -> list[str]:
        """The columns of figures."""
        return [label for label, _number in self.rows[0].facts] if self.rows else []

    @property
    def priced(self) -> bool:
        """Whether prices are asked too."""
        return any(row.price is not None for row in self.rows)

    def quantities(self) -> dict[UUID, str]:
        """What was typed, by line, without the lines that are left out."""
        typed = {row.line_id: self._typed("quantity", row) for row in self.rows}
        return {line_id: text for line_id, text in typed.items() if not _is_nothing(text)}

    def prices(self) -> dict[UUID, str]:
        """The prices that were typed, by line."""
        typed = {row.line_id: self._typed("price", row) for row in self.rows}
        return {line_id: text for line_id, text in typed.items() if text}

    def _typed(self, what: str, row: PartRow) -> str:
        return str(self.cleaned_data.get(f"{what}-{row.line_id}") or "").strip()

    def place_errors(self, error: WharfError) -> None:
        """Put a refused part's messages at their lines and fields; the rest on top."""
        kept = list(self.quantities())
        placed = False
        for path, messages in error.fields.items():
            name = self._field_of(path, kept)
            for message in messages:
                self.add_error(name, message)
                placed = True
        if not placed:
            self.add_error(None, error.message)

    def _field_of(self, path: str, kept: Sequence[UUID]) -> str | None:
        first, _dot, rest = path.partition(".")
        if first in FIELDS and rest:
            name = f"{FIELDS[first]}-{rest}"
            return name if name in self.fields else None
        position, _dot, field = rest.partition(".")
        if first == "lines" and position.isdecimal() and int(position) < len(kept):
            name = f"{'price' if field == 'unit_cost' else 'quantity'}-{kept[int(position)]}"
            return name if name in self.fields else None
        return path if path in self.fields else None


def _number(label: str, initial: str) -> forms.CharField:
    return forms.CharField(
        label=label,
        initial=initial,
        max_length=40,
        required=False,
        widget=forms.TextInput(NUMBER),
    )


def _is_nothing(text: str) -> bool:
    """Whether a quantity as typed is left out: empty, 0 or 0.00."""
    return not text.strip("0.,")


class ReceiveForm(PartForm):
    """What came, when and where."""

    happened_on = day_field("Received on", required=True)
    location = location_field("Into")
    reference = forms.CharField(label="Delivery note", max_length=80, required=False)
    note = forms.CharField(max_length=4000, required=False)


class ShipOrderForm(PartForm):
    """What leaves, when and how."""

    happened_on = day_field("Shipped on", required=True)
    location = location_field("From")
    carrier = forms.CharField(max_length=80, required=False)
    tracking = forms.CharField(label="Tracking number", max_length=120, required=False)
    parcels = forms.IntegerField(min_value=1, max_value=9999, initial=1)


class SupplierShippedForm(PartForm):
    """What a supplier sent straight to our customer."""

    happened_on = day_field("Shipped on", required=True)
    reference = forms.CharField(label="Delivery note", max_length=80, required=False)
    carrier = forms.CharField(max_length=80, required=False)
    tracking = forms.CharField(label="Tracking number", max_length=120, required=False)
    parcels = forms.IntegerField(min_value=1, max_value=9999, initial=1)


class BillOrderForm(PartForm):
    """What the supplier billed."""

    partner_number = forms.CharField(
        label="Supplier's invoice number", max_length=80, required=False
    )
    issued_on = day_field("Date", required=True)
    due_on = day_field("Due on")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["due_on"].help_text = "Empty: by the contact's terms."


class InvoicePartForm(PartForm):
    """What is invoiced now."""

    issued_on = day_field("Date", required=True)


def header_of(form: PartForm, names: Iterable[str]) -> Mapping[str, Any]:
    """What was entered for these fields; the location as an id."""
    found = {name: form.cleaned_data.get(name) for name in names}
    if found.get("location"):
        found["location"] = UUID(found["location"])
    return found
