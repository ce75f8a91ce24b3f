"""Crediting an invoice or a bill: how much of which line, and what comes back."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

from django import forms

from hub.errors import WharfError
from hub.money import plain
from inventory.models import Location
from orders.forms.documents import NUMBER, day_field
from orders.models import TradeLine
from orders.selectors import price_text
from orders.services.booking import ships
from orders.services.credit_notes import CreditInput

if TYPE_CHECKING:
    _Rows = forms.BaseFormSet["CreditLineForm"]
else:
    _Rows = forms.BaseFormSet


class CreditHeadForm(forms.Form):
    """The head of a credit note on a document; the rest follows from the document."""

    issued_on = day_field("Date", required=True)
    reason = forms.CharField(max_length=255, required=False, help_text="Printed.")
    reference = forms.CharField(max_length=80, required=False)
    location = forms.ChoiceField(required=False)
    note = forms.CharField(
        max_length=4000, required=False, widget=forms.Textarea({"rows": 2}), help_text="Printed."
    )

    def __init__(self, *args: Any, side: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        places = list(Location.objects.filter(is_active=True).order_by("name"))
        words = "Goods return to" if side == "sale" else "Goods leave from"
        self.fields["location"].label = words
        self.fields["location"].choices = [  # type: ignore[attr-defined]
            *([("", "Where they left")] if side == "sale" else []),
            *((str(place.id), place.name) for place in places),
        ]
        if len(places) < 2:
            del self.fields["location"]

    def values(self) -> dict[str, Any]:
        """As the services take it."""
        given = dict(self.cleaned_data)
        if "location" in given:
            given["location"] = UUID(given["location"]) if given["location"] else None
        return given


class CreditLineForm(forms.Form):
    """So much of one line; numbers stay as typed."""

    line_id = forms.UUIDField(widget=forms.HiddenInput)
    quantity = forms.CharField(max_length=40, required=False, widget=forms.TextInput(NUMBER))
    returned = forms.CharField(max_length=40, required=False, widget=forms.TextInput(NUMBER))
    unit_price = forms.CharField(
        label="Price", max_length=40, required=False, widget=forms.TextInput(NUMBER)
    )


class BaseCreditLines(_Rows):
    """One row for each line that can be credited; rows without a quantity do not count."""

    def kept(self) -> list[CreditLineForm]:
        """The rows that count; their places are those in error paths."""
        return [form for form in self.forms if _is_something(form.cleaned_data["quantity"])]

    def inputs(self) -> list[CreditInput]:
        """The lines as the services take them."""
        return [
            CreditInput(
                data["line_id"], data["quantity"], data["returned"] or "0", data["unit_price"]
            )
            for data in (form.cleaned_data for form in self.kept())
        ]


def _is_something(typed: str) -> bool:
    return bool(typed.strip().strip("0.,"))


def credit_lines(
    data: Mapping[str, Any] | None,
    lines: Sequence[TradeLine],
    left: Mapping[UUID, Decimal],
    drafted: Mapping[UUID, TradeLine] | None = None,
) -> BaseCreditLines:
    """The rows: all that is not credited yet, or as a draft has it."""
    formset = forms.formset_factory(
        CreditLineForm, formset=BaseCreditLines, extra=0, max_num=len(lines)
    )
    initial = [
        _initial(line, left[line.line_id])
        if drafted is None
        else _as_drafted(line, drafted.get(line.line_id))
        for line in lines
    ]
    return cast("BaseCreditLines", formset(data, prefix="lines", initial=initial))


def _initial(line: TradeLine, left: Decimal) -> dict[str, Any]:
    return {
        "line_id": line.line_id,
        "quantity": plain(left),
        "returned": plain(left) if ships(line.product) else "",
        "unit_price": price_text(line.unit_price),
    }


def _as_drafted(line: TradeLine, row: Any) -> dict[str, Any]:
    if row is None:
        return {"line_id": line.line_id, "quantity": "0", "unit_price": price_text(line.unit_price)}
    return {
        "line_id": line.line_id,
        "quantity": plain(row.quantity),
        "returned": plain(row.returned) if ships(line.product) else "",
        "unit_price": price_text(row.unit_price),
    }


def only_what_went_back(head: CreditHeadForm, rows: BaseCreditLines) -> None:
    """A supplier's own credit note: the rest of it is the supplier's word."""
    for name, field in head.fields.items():
        field.disabled = name != "location"
    for form in rows.forms:
        for name in ("quantity", "unit_price"):
            form.fields[name].disabled = True


def place_credit_errors(head: CreditHeadForm, rows: BaseCreditLines, error: WharfError) -> None:
    """Each message at its field; the rest on top."""
    placed = False
    kept = rows.kept()
    for path, messages in error.fields.items():
        first, _dot, rest = path.partition(".")
        position, _dot, name = rest.partition(".")
        form: forms.Form = head
        field: str | None = path if path in head.fields else None
        if first == "lines" and position.isdecimal() and int(position) < len(kept):
            form = kept[int(position)]
            field = name if name in form.fields and name != "line_id" else None
        for message in messages:
            form.add_error(field, message)
            placed = True
    if not placed:
        head.add_error(None, error.message)
