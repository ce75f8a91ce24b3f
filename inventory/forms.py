"""Products, and what partners call them."""

from decimal import Decimal
from typing import Any

from django import forms
from django.urls import reverse_lazy
from django.utils.html import format_html
from django.utils.safestring import SafeString

from hub.money import plain
from inventory.domain.matching import normalise_sku
from inventory.models import Product, ProductKind
from ledger.models import TaxRule
from network.forms.fields import ContactField


class ProductInput(forms.TextInput):
    """A SKU with suggestions; without JavaScript it is typed."""

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None
    ) -> SafeString:
        """The input and the list that its suggestions go into."""
        attrs = dict(attrs or {})
        options = f"{attrs.get('id', name)}-options"
        attrs |= {
            "list": options,
            "autocomplete": "off",
            "data-lookup-url": str(reverse_lazy("inventory:product_lookup")),
        }
        shown = super().render(name, value, attrs, renderer)
        return format_html('{}<datalist id="{}"></datalist>', shown, options)


class ProductField(forms.CharField):
    """Cleans to the active product with that SKU."""

    widget = ProductInput

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=60, **kwargs)

    def clean(self, value: Any) -> Any:
        """The product; a SKU that no product has is refused."""
        sku = super().clean(value)
        product = Product.objects.filter(sku_key=normalise_sku(sku), is_active=True).first()
        if product is None:
            raise forms.ValidationError(f"You have no product with the SKU “{sku}”.")
        return product


def _price(label: str) -> forms.DecimalField:
    return forms.DecimalField(
        label=label,
        required=False,
        min_value=Decimal(0),
        max_digits=19,
        decimal_places=6,
        widget=forms.TextInput({"inputmode": "decimal"}),
    )


class ProductForm(forms.Form):
    """A product's own fields; prices per unit, in the base currency, without tax."""

    sku = forms.CharField(label="SKU", max_length=60, help_text="The code that you know it by.")
    name = forms.CharField(max_length=255)
    kind = forms.ChoiceField(choices=ProductKind.choices)
    unit = forms.CharField(max_length=20, initial="each", required=False)
    category = forms.CharField(max_length=80, required=False)
    brand = forms.CharField(max_length=80, required=False)
    sale_price = _price("Sale price")
    sale_tax_rule: Any = forms.ModelChoiceField(
        queryset=None, label="Tax rule of sales", empty_label="None", required=False
    )
    purchase_price = _price("Purchase price")
    purchase_tax_rule: Any = forms.ModelChoiceField(
        queryset=None, label="Tax rule of purchases", empty_label="None", required=False
    )
    barcode = forms.CharField(max_length=60, required=False)
    description = forms.CharField(
        max_length=4000, required=False, widget=forms.Textarea({"rows": 3})
    )

    def __init__(self, *args: Any, product: Product | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("sale_tax_rule", "purchase_tax_rule"):
            rules = TaxRule.objects.filter(is_active=True).order_by("name")
            self.fields[name].queryset = rules  # type: ignore[attr-defined]
        if product is not None:
            for name in self.fields:
                stored = getattr(product, f"{name}_id", None) or getattr(product, name)
                value = plain(stored) if isinstance(stored, Decimal) else stored
                self.initial[name] = value


class PartnerCodeForm(forms.Form):
    """What one contact calls this product."""

    contact = ContactField()
    code = forms.CharField(label="Their code", max_length=60)


class MappingForm(forms.Form):
    """Which product one contact's code means."""

    code = forms.CharField(label="Their code", max_length=60)
    product = ProductField(label="Our SKU")
