"""Tax rules and payment terms."""

from decimal import Decimal
from typing import Any

from django import forms

from hub.money import plain
from ledger.models import PaymentTerm, PriceTier, TaxRule, TermKind


class TaxRuleForm(forms.Form):
    """A rule's name; its rates are the lines of `TaxComponentFormSet`."""

    name = forms.CharField(max_length=60)
    is_default = forms.BooleanField(
        label="Filled in on new lines",
        required=False,
        help_text="One rule is; choosing this one takes it from the other.",
    )
    is_active = forms.BooleanField(
        label="Offered for choice",
        required=False,
        initial=True,
        help_text="Documents that use it keep it, whatever is set here.",
    )

    def __init__(self, *args: Any, row: TaxRule | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if row is not None:
            self.initial.update({n: getattr(row, n) for n in ("name", "is_default", "is_active")})


class PriceTierForm(forms.Form):
    """A price tier's name."""

    name = forms.CharField(max_length=60, help_text="Such as Wholesale or Staff.")
    is_active = forms.BooleanField(
        label="Offered for choice",
        required=False,
        initial=True,
        help_text="Contacts that are on it keep it, whatever is set here.",
    )

    def __init__(self, *args: Any, row: PriceTier | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if row is not None:
            self.initial.update({"name": row.name, "is_active": row.is_active})


class TaxComponentForm(forms.Form):
    """One tax that the rule is made of."""

    name = forms.CharField(max_length=60, required=False)
    rate = forms.DecimalField(
        label="Rate in %",
        min_value=Decimal(0),
        max_value=Decimal(100),
        max_digits=11,
        decimal_places=8,
        required=False,
        widget=forms.TextInput({"inputmode": "decimal"}),
    )
    compound = forms.BooleanField(label="On top of the taxes above", required=False)


TaxComponentFormSet = forms.formset_factory(
    TaxComponentForm, extra=1, can_delete=True, max_num=5, validate_max=True
)


def components_of(row: TaxRule | None) -> list[dict[str, Any]]:
    """The rule's taxes as the formset starts with them."""
    if row is None:
        return []
    return [{**one, "rate": plain(Decimal(one["rate"]))} for one in row.components]


def typed_components(formset: "forms.BaseFormSet[Any]") -> list[dict[str, Any]]:
    """The taxes that were typed, as the rule keeps them; a line without a rate is left out."""
    return [
        {
            "name": line["name"],
            "rate": plain(line["rate"]),
            "compound": bool(line["compound"]),
        }
        for line in (form.cleaned_data for form in formset.forms)
        if line and not line.get("DELETE") and line.get("rate") is not None
    ]


class PaymentTermForm(forms.Form):
    """When documents with this term are due."""

    name = forms.CharField(max_length=60)
    kind = forms.ChoiceField(label="Due", choices=TermKind.choices)
    days = forms.IntegerField(
        label="Days, or the day of the month", min_value=0, max_value=3650, initial=30
    )
    is_default = forms.BooleanField(
        label="Filled in on new documents",
        required=False,
        help_text="One term is; choosing this one takes it from the other.",
    )
    is_active = forms.BooleanField(label="Offered for choice", required=False, initial=True)

    def __init__(self, *args: Any, row: PaymentTerm | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if row is not None:
            self.initial.update({name: getattr(row, name) for name in self.fields})

    def clean(self) -> dict[str, Any]:
        """A day of the month is 1 to 31."""
        cleaned: dict[str, Any] = super().clean() or {}
        day = cleaned.get("days")
        monthly = cleaned.get("kind") == TermKind.DAY_OF_FOLLOWING_MONTH
        if monthly and day is not None and not 1 <= day <= 31:
            self.add_error("days", "Choose a day from 1 to 31.")
        return cleaned
