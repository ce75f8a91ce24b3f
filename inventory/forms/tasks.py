"""Adjustments, transfers and stocktakes: head and lines. Numbers stay as typed."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

from django import forms
from django.forms.boundfield import BoundField
from django.urls import reverse_lazy

from hub.errors import WharfError
from hub.money import plain
from hub.ui.formatting import MINUS
from inventory.domain.matching import normalise_sku
from inventory.models import (
    Location,
    Product,
    StockAdjustment,
    StockAdjustmentLine,
    StockTask,
    StockTransfer,
    StockTransferLine,
)
from inventory.services.stock_tasks import MOST_LINES, TaskHeader, TaskLine
from ledger.domain.accounts import CONTROL_ROLES
from ledger.forms.accounts import day_field
from ledger.models import Account

if TYPE_CHECKING:
    _LineForms = forms.BaseFormSet["TaskLineForm"]
else:
    _LineForms = forms.BaseFormSet

PREFIX = "lines"
NUMBER = {"inputmode": "decimal", "class": "form-control--num", "autocomplete": "off"}
LOOKUP_URL = reverse_lazy("inventory:product_lookup")


def _place(label: str) -> Any:
    return forms.ModelChoiceField(queryset=None, label=label, empty_label=None)


class TaskForm(forms.Form):
    """Where and when, and why."""

    location = _place("Location")
    happened_on = day_field("Date")
    reference = forms.CharField(max_length=80, required=False)
    note = forms.CharField(
        max_length=4000, required=False, widget=forms.Textarea({"rows": 2}), label="Note"
    )

    def __init__(self, *args: Any, places: Sequence[Location], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("location", "destination"):
            if name in self.fields:
                field = cast("forms.ModelChoiceField[Location]", self.fields[name])
                field.queryset = Location.objects.filter(id__in=[place.id for place in places])

    def short_fields(self) -> list[BoundField]:
        """The fields of one line."""
        return [field for field in self if field.name != "note"]

    def header(self) -> TaskHeader:
        """The head as the services take it."""
        data = self.cleaned_data
        return TaskHeader(data["location"].id, data["happened_on"], data["reference"], data["note"])

    def more(self) -> dict[str, Any]:
        """What this kind says besides."""
        return {}

    @staticmethod
    def initial_of(task: StockTask) -> dict[str, Any]:
        """What a draft says."""
        return {
            "location": task.location_id,
            "happened_on": task.happened_on,
            "reference": task.reference,
            "note": task.note,
        }


class AdjustmentForm(TaskForm):
    """Which account bears the difference."""

    account: Any = forms.ModelChoiceField(
        queryset=None,
        label="Against account",
        required=False,
        empty_label="Inventory discrepancy",
        help_text="Equity for opening stock, an expense for samples.",
    )
    field_order = ("location", "happened_on", "account", "reference", "note")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        accounts = Account.objects.filter(is_active=True).exclude(role__in=CONTROL_ROLES)
        self.fields["account"].queryset = accounts.order_by("code")  # type: ignore[attr-defined]

    def more(self) -> dict[str, Any]:
        """The account, if not the usual one."""
        account = self.cleaned_data["account"]
        return {"account": account.id if account is not None else None}

    @staticmethod
    def initial_of(task: StockTask) -> dict[str, Any]:
        """What a draft says."""
        assert isinstance(task, StockAdjustment)
        return {**TaskForm.initial_of(task), "account": task.account_id}


class TransferForm(TaskForm):
    """From one location to another."""

    location = _place("From")
    destination = _place("To")
    field_order = ("location", "destination", "happened_on", "reference", "note")

    def more(self) -> dict[str, Any]:
        """Where the goods go."""
        return {"destination": self.cleaned_data["destination"].id}

    @staticmethod
    def initial_of(task: StockTask) -> dict[str, Any]:
        """What a draft says."""
        assert isinstance(task, StockTransfer)
        return {**TaskForm.initial_of(task), "destination": task.destination_id}


class StocktakeForm(TaskForm):
    """What is counted, where."""

    skus = forms.CharField(
        label="Only these products",
        max_length=20_000,
        required=False,
        widget=forms.Textarea({"rows": 3}),
        help_text="SKUs, one a line. Empty: everything that is or was at the location.",
    )

    def clean_skus(self) -> list[UUID] | None:
        """The products' ids; None for everything. Names each SKU that no product has."""
        wanted = [line.strip() for line in self.cleaned_data["skus"].splitlines() if line.strip()]
        if not wanted:
            return None
        found = ids_of_skus(wanted)
        unknown = [sku for sku in wanted if normalise_sku(sku) not in found]
        if unknown:
            shown = ", ".join(unknown[:10])
            raise forms.ValidationError(f"You have no product with the SKU {shown}.")
        return [found[normalise_sku(sku)] for sku in wanted]


class TaskLineForm(forms.Form):
    """One product; a row in which nothing is typed does not count."""

    sku = forms.CharField(
        label="Product", max_length=60, required=False, widget=forms.TextInput({"data-lookup": ""})
    )
    quantity = forms.CharField(max_length=40, required=False, widget=forms.TextInput(NUMBER))


class AdjustmentLineForm(TaskLineForm):
    """More (or, negative, less) of a product."""

    quantity = forms.CharField(
        label="More (or less: -2)", max_length=40, required=False, widget=forms.TextInput(NUMBER)
    )
    unit_cost = forms.CharField(
        label="Cost of one", max_length=40, required=False, widget=forms.TextInput(NUMBER)
    )
    note = forms.CharField(max_length=255, required=False)


class TaskLines(_LineForms):
    """The rows."""

    deletion_widget = forms.CheckboxInput

    def kept(self) -> list[TaskLineForm]:
        """The rows that count, in their order; their places are those in error paths."""
        return [
            form
            for form in self.forms
            if not form.cleaned_data.get("DELETE")
            and any(form.cleaned_data.get(name) for name in form.base_fields)
        ]

    def typed(self) -> list[TaskLine] | None:
        """The rows as the services take them; None when a SKU is unknown, said at its row."""
        rows = self.kept()
        known = ids_of_skus([form.cleaned_data["sku"] for form in rows])
        lines: list[TaskLine] = []
        for form in rows:
            data = form.cleaned_data
            product = known.get(normalise_sku(data["sku"]))
            if product is None:
                sku = data["sku"]
                said = f"You have no product with the SKU “{sku}”." if sku else "Name a product."
                form.add_error("sku", said)
                continue
            lines.append(
                TaskLine(
                    product,
                    data["quantity"].replace(MINUS, "-"),
                    data.get("unit_cost", ""),
                    data.get("note", ""),
                )
            )
        return lines if len(lines) == len(rows) else None


def ids_of_skus(skus: Sequence[str]) -> dict[str, UUID]:
    """Active products by the key of their SKU; one statement."""
    keys = {normalise_sku(sku) for sku in skus}
    rows = Product.objects.filter(sku_key__in=keys, is_active=True)
    return dict(rows.values_list("sku_key", "id"))


def lines_form(
    form: type[TaskLineForm],
    data: Mapping[str, Any] | None,
    initial: Sequence[Mapping[str, Any]] = (),
) -> TaskLines:
    """The rows as posted, or those of a draft with five blank ones below."""
    made = forms.formset_factory(
        form,
        formset=TaskLines,
        extra=5,
        can_delete=True,
        max_num=MOST_LINES,
        absolute_max=MOST_LINES + 50,
        validate_max=True,
    )
    rows = [dict(row) for row in initial] or None
    return cast("TaskLines", made(data, prefix=PREFIX, initial=rows))


def initial_line(line: StockAdjustmentLine | StockTransferLine) -> dict[str, Any]:
    """A stored line as its row starts."""
    found: dict[str, Any] = {"sku": line.product.sku, "quantity": plain(line.quantity)}
    if isinstance(line, StockAdjustmentLine):
        cost: Decimal | None = line.unit_cost
        found |= {"unit_cost": plain(cost) if cost is not None else "", "note": line.note}
    return found


def place_task_errors(header: forms.Form, lines: TaskLines, error: WharfError) -> None:
    """Put each message of a refused task at its field; the rest on top."""
    rows = lines.kept()
    for path, messages in error.fields.items() or [("", [error.message])]:
        first, _dot, rest = path.partition(".")
        position, _dot, name = rest.partition(".")
        form, field = header, path if path in header.fields else None
        if first == "lines" and position.isdecimal() and int(position) < len(rows):
            form = rows[int(position)]
            field = "sku" if name == "product" else name
        for message in messages:
            form.add_error(field, message)


class ArrivalForm(forms.Form):
    """When the goods of a transfer came."""

    received_on = day_field("Arrived on", required=False, help_text="Empty: today.")


class NothingForm(forms.Form):
    """A question without fields."""
