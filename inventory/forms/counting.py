"""The counting page: one number per product, and what is found that nobody expected."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.forms.boundfield import BoundField

from hub.errors import WharfError
from hub.money import plain
from inventory.domain.matching import normalise_sku
from inventory.forms.tasks import ids_of_skus
from inventory.models import StocktakeLine
from inventory.services.stock_tasks import TaskLine

COUNT = {"inputmode": "decimal", "class": "form-control--num w-count-input", "autocomplete": "off"}


class CountForm(forms.Form):
    """The products of one page of a stocktake. Only what was changed here is written, so that two
    people can count different shelves of the same page."""

    found_sku = forms.CharField(
        label="Something else found? Its SKU",
        max_length=60,
        required=False,
        help_text="It joins the list.",
    )

    def __init__(self, *args: Any, rows: Sequence[StocktakeLine], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rows = list(rows)
        for row in self.rows:
            shown = plain(row.counted) if row.counted is not None else ""
            self.fields[f"count-{row.id}"] = forms.CharField(
                label=f"Counted of {row.product.sku}",
                max_length=40,
                required=False,
                initial=shown,
                widget=forms.TextInput(COUNT),
            )
            self.fields[f"was-{row.id}"] = forms.CharField(
                max_length=40, required=False, initial=shown, widget=forms.HiddenInput
            )

    def cells(self) -> list[tuple[StocktakeLine, BoundField, BoundField]]:
        """Each product with its field and what stood in it."""
        return [(row, self[f"count-{row.id}"], self[f"was-{row.id}"]) for row in self.rows]

    def _changed(self) -> list[StocktakeLine]:
        data = self.cleaned_data
        return [row for row in self.rows if data[f"count-{row.id}"] != data[f"was-{row.id}"]]

    def lines(self) -> list[TaskLine]:
        """What was counted here, and the product that was found."""
        data = self.cleaned_data
        lines = [TaskLine(row.product_id, data[f"count-{row.id}"]) for row in self._changed()]
        if data["found_sku"]:
            lines.append(TaskLine(data["found_sku"], None))
        return lines

    def clean_found_sku(self) -> Any:
        """The id of the product with that SKU, unless it is counted already."""
        sku = self.cleaned_data["found_sku"]
        if not sku:
            return None
        found = ids_of_skus([sku]).get(normalise_sku(sku))
        if found is None:
            raise forms.ValidationError(f"You have no product with the SKU “{sku}”.")
        return found

    def place(self, error: WharfError) -> None:
        """Put each message of a refused count at its product."""
        changed = self._changed()
        for path, messages in error.fields.items() or [("", [error.message])]:
            _first, _dot, rest = path.partition(".")
            position = rest.partition(".")[0]
            name = "found_sku" if position.isdecimal() else None
            if position.isdecimal() and int(position) < len(changed):
                name = f"count-{changed[int(position)].id}"
            for message in messages:
                self.add_error(name, message)
