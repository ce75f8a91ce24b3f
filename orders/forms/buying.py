"""Buying what sales lack: which lines, how many of each, from whom, and delivered to whom."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.forms.boundfield import BoundField

from hub.errors import WharfError
from hub.money import plain
from network.forms.fields import ContactInput
from network.models import Contact
from network.services.contacts import name_key
from orders.forms.documents import NUMBER
from orders.services.demand import BuyInput
from orders.shortage import Short

BACK_TO_BACK, DROP_SHIP = "back_to_back", "drop_ship"


@dataclass(frozen=True, slots=True)
class BuyRow:
    """One line of a sale with its three fields."""

    short: Short
    take: BoundField
    quantity: BoundField
    supplier: BoundField


class BuyForm(forms.Form):
    """A tick, a quantity and a supplier for each line that is short.

    Suppliers are typed or picked by name; one statement finds them all.
    """

    def __init__(self, data: Any, shorts: Sequence[Short], *, ticked: bool, **options: Any) -> None:
        super().__init__(data, **options)
        self.shorts = {str(one.line.id): one for one in shorts}
        self.suppliers: dict[str, UUID] = {}
        for key, one in self.shorts.items():
            name = one.line.sku or one.line.description
            known = ticked and one.supplier is not None
            self.fields[f"take-{key}"] = forms.BooleanField(
                label=f"Buy {name}", required=False, initial=known
            )
            self.fields[f"quantity-{key}"] = forms.CharField(
                label=f"Quantity of {name}",
                initial=plain(one.quantity),
                max_length=40,
                required=False,
                widget=forms.TextInput(NUMBER),
            )
            self.fields[f"supplier-{key}"] = forms.CharField(
                label=f"Supplier of {name}",
                initial=one.supplier.name if one.supplier else "",
                max_length=160,
                required=False,
                widget=ContactInput(),
            )

    def rows(self, shorts: Iterable[Short] | None = None) -> list[BuyRow]:
        """The lines with their fields."""
        fields = ("take", "quantity", "supplier")
        return [
            BuyRow(one, *(self[f"{what}-{one.line.id}"] for what in fields))
            for one in (self.shorts.values() if shorts is None else shorts)
        ]

    def taken(self) -> list[str]:
        """The keys of the lines that are ticked; their places are those in error paths."""
        return [key for key in self.shorts if self.cleaned_data.get(f"take-{key}")]

    def clean(self) -> dict[str, Any]:
        """Find the suppliers by name."""
        cleaned: dict[str, Any] = super().clean() or {}
        keys = [key for key in self.shorts if cleaned.get(f"take-{key}")]
        typed = {key: name_key(cleaned.get(f"supplier-{key}") or "") for key in keys}
        rows = Contact.objects.filter(name_key__in=set(typed.values()) - {""}, is_active=True)
        found = {row.name_key: row for row in rows}
        for key, name in typed.items():
            contact = found.get(name)
            if name and contact is None:
                message = "You have no contact of this name. Pick one of the list."
                self.add_error(f"supplier-{key}", message)
            elif contact is not None:
                self.suppliers[key] = contact.id
            else:
                self.add_error(f"supplier-{key}", "Choose a supplier.")
        if not keys and not self.errors:
            self.add_error(None, "Tick at least one line.")
        return cleaned

    def inputs(self) -> list[BuyInput]:
        """What is ticked, as the service takes it."""
        return [
            BuyInput(
                self.shorts[key].order.id,
                self.shorts[key].line.line_id,
                self.cleaned_data[f"quantity-{key}"],
                self.suppliers[key],
            )
            for key in self.taken()
        ]

    def place_errors(self, error: WharfError) -> None:
        """Each message of a refused purchase at its line; the rest on top."""
        taken, placed = self.taken(), False
        for path, messages in error.fields.items():
            first, _dot, rest = path.partition(".")
            position, _dot, what = rest.partition(".")
            name = path if path in self.fields else None
            if first == "lines" and position.isdecimal() and int(position) < len(taken):
                field = f"{what}-{taken[int(position)]}"
                name = field if field in self.fields else f"quantity-{taken[int(position)]}"
            for message in messages:
                self.add_error(name, message)
                placed = True
        if not placed:
            self.add_error(None, error.message)


class BuyForSaleForm(BuyForm):
    """For one sale: the goods come here first, or go straight to the customer."""

    drop_ship = forms.ChoiceField(
        label="Delivery",
        choices=(
            (BACK_TO_BACK, "To us, then to the customer (back-to-back)"),
            (DROP_SHIP, "Straight to the customer (drop-ship)"),
        ),
        initial=BACK_TO_BACK,
        widget=forms.RadioSelect,
    )

    @property
    def is_drop_ship(self) -> bool:
        """What was chosen."""
        return bool(self.cleaned_data["drop_ship"] == DROP_SHIP)


def stale(data: Mapping[str, Any], shorts: Sequence[Short]) -> bool:
    """Whether a line was ticked that is not short any more."""
    known = {f"take-{one.line.id}" for one in shorts}
    return any(name.startswith("take-") and name not in known for name in data)
