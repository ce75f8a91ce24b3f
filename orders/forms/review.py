"""Looking at a partner's order: our products for its lines, and what we offer instead."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from django import forms

from hub.errors import InvalidInput, WharfError
from hub.money import plain
from inventory.models import Product
from orders.domain.document_payloads import MOST_LINES
from orders.forms.documents import NUMBER, day_field
from orders.models import LineKind, TradeLine
from orders.selectors import price_text
from orders.services.pre_sales import ChangeInput
from tenants.models import Membership


class MatchForm(forms.Form):
    """A SKU of ours for each line; `choose` is one suggestion that was clicked."""

    def __init__(self, data: Mapping[str, Any] | None, lines: Iterable[TradeLine]) -> None:
        super().__init__(data)
        self.items = [line for line in lines if line.kind == LineKind.ITEM]
        for line in self.items:
            self.fields[f"sku-{line.line_id}"] = forms.CharField(
                label=f"Our product for {line.description[:60] or line.partner_sku}",
                max_length=60,
                required=False,
            )

    def clean(self) -> None:
        """Every SKU that was typed is one of our products."""
        typed = {name: value for name, value in self.cleaned_data.items() if value}
        keys = {value.strip().casefold() for value in typed.values()}
        by_key = dict(
            Product.objects.filter(sku_key__in=keys, is_active=True).values_list("sku_key", "id")
        )
        self.choices: dict[UUID, UUID | None] = {}
        for name, value in typed.items():
            product_id = by_key.get(value.strip().casefold())
            if product_id is None:
                self.add_error(name, f"No product has the SKU “{value}”.")
            else:
                self.choices[UUID(name.removeprefix("sku-"))] = product_id
        self._add_clicked()
        if not self.choices and not self.errors:
            raise forms.ValidationError("Choose a product for at least one line.")

    def _add_clicked(self) -> None:
        line_id, _colon, product_id = str(self.data.get("choose", "")).partition(":")
        if not product_id:
            return
        try:
            self.choices[UUID(line_id)] = UUID(product_id)
        except ValueError:
            raise forms.ValidationError("Choose one of the suggestions.") from None


class ChangeForm(forms.Form):
    """What we can do about one line; as ordered where nothing was changed."""

    line_id = forms.UUIDField(widget=forms.HiddenInput)
    quantity = forms.CharField(max_length=40, required=False, widget=forms.TextInput(NUMBER))
    unit_price = forms.CharField(
        label="Price", max_length=40, required=False, widget=forms.TextInput(NUMBER)
    )
    expected_on = day_field("Expected")

    def differs(self) -> bool:
        """Whether it asks for anything else than was ordered: 4.5 is no change from 4.50."""
        numbers = {"quantity", "unit_price"}
        return any(
            name not in numbers or not self._is_as_ordered(name) for name in self.changed_data
        )

    def _is_as_ordered(self, name: str) -> bool:
        typed = str(self[name].value() or "").replace(",", "").strip()
        try:
            return not typed or Decimal(typed) == Decimal(self.initial[name])
        except InvalidOperation:
            return False

    def as_input(self) -> ChangeInput:
        """The change as the service takes it."""
        data = self.cleaned_data
        return ChangeInput(
            data["line_id"], data["quantity"], data["unit_price"], data["expected_on"]
        )


ChangeFormSet = forms.formset_factory(
    ChangeForm, extra=0, max_num=MOST_LINES, absolute_max=MOST_LINES + 1
)


class MessageForm(forms.Form):
    """What is said with the changes."""

    text = forms.CharField(
        label="Message to the partner",
        max_length=4000,
        required=False,
        widget=forms.Textarea({"rows": 2}),
    )


class Changes:
    """The counter-proposal: one row per item, and a message."""

    def __init__(self, data: Mapping[str, Any] | None, lines: Sequence[TradeLine]) -> None:
        self.items = [line for line in lines if line.kind == LineKind.ITEM]
        self.rows: Any = ChangeFormSet(
            data, prefix="changes", initial=[_as_ordered(line) for line in self.items]
        )
        self.message = MessageForm(data)

    @property
    def is_bound(self) -> bool:
        """Whether it shows what was posted."""
        return bool(self.message.is_bound)

    @property
    def pairs(self) -> list[tuple[TradeLine, Any]]:
        """Each item with its row."""
        return list(zip(self.items, self.rows.forms, strict=False))

    def is_valid(self) -> bool:
        """Whether dates and shapes are right and something was changed."""
        right = self.rows.is_valid() and self.message.is_valid()
        if right and not self._changed():
            self.message.add_error(
                None, "Change a quantity, a price or a date; or approve the order as it is."
            )
            return False
        return bool(right)

    def _changed(self) -> list[Any]:
        return [form for form in self.rows.forms if form.differs()]

    def inputs(self) -> list[ChangeInput]:
        """The rows that were changed."""
        return [form.as_input() for form in self._changed()]

    @property
    def text(self) -> str:
        """The message."""
        return str(self.message.cleaned_data["text"])

    def place(self, error: WharfError) -> None:
        """Put each message at its cell (`changes.2.quantity`); the rest on top."""
        rows = self._changed()
        placed = False
        for path, messages in error.fields.items():
            head, _dot, rest = path.partition(".")
            place, _dot, field = rest.partition(".")
            known = head == "changes" and place.isdecimal() and int(place) < len(rows)
            if known and field in rows[int(place)].fields:
                rows[int(place)].add_error(field, messages)
                placed = True
        if not placed:
            self.message.add_error(None, error.message)


def _as_ordered(line: TradeLine) -> dict[str, Any]:
    return {
        "line_id": line.line_id,
        "quantity": plain(line.quantity),
        "unit_price": price_text(line.unit_price),
        "expected_on": line.expected_on,
    }


class OfferForm:
    """A side for each line of an offer: the partner's where the field says "right"."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self._data = data

    def chosen(self) -> list[UUID]:
        """The lines whose change is accepted. InvalidInput for what is no line id."""
        names = [name for name, side in self._data.items() if side == "right"]
        try:
            return [
                UUID(name.removeprefix("choice-")) for name in names if name.startswith("choice-")
            ]
        except ValueError:
            raise InvalidInput("Choose one of the two sides of each line.") from None

    def text(self) -> str:
        """What is said with it."""
        return str(self._data.get("text", "")).strip()[:4000]


class AssignForm(forms.Form):
    """Who looks after a waiting order."""

    colleague = forms.ChoiceField(required=False)

    def __init__(self, data: Mapping[str, Any] | None, members: Iterable[Membership]) -> None:
        super().__init__(data)
        self.names = {str(member.user.pk): str(member.user) for member in members}
        self.fields["colleague"].choices = [("", "Everybody"), *self.names.items()]  # type: ignore[attr-defined]
