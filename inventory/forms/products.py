"""Products, and what partners call them."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any
from uuid import UUID

from django import forms
from django.forms.boundfield import BoundField
from django.urls import reverse_lazy
from django.utils.html import format_html
from django.utils.safestring import SafeString

from hub.money import plain
from inventory.domain.matching import normalise_sku
from inventory.models import Location, Product, ProductKind
from ledger.domain.accounts import CONTROL_ROLES
from ledger.models import Account, PriceTier, TaxRule
from network.forms.fields import ContactField
from tenants.domain.attributes import AttributeOwner
from tenants.forms.attributes import add_attribute_fields, attribute_values


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


def _named(options: str) -> forms.CharField:
    """A name that other products have too: it is typed, or taken from what there is."""
    return forms.CharField(max_length=80, required=False, widget=forms.TextInput({"list": options}))


def _number(label: str, places: int, help_text: str = "") -> forms.DecimalField:
    return forms.DecimalField(
        label=label,
        required=False,
        max_digits=19,
        decimal_places=places,
        help_text=help_text,
        widget=forms.TextInput({"inputmode": "decimal"}),
    )


def _account(label: str, usual: str) -> Any:
    return forms.ModelChoiceField(
        queryset=None, label=label, required=False, empty_label=f"As usual: {usual}"
    )


SECTIONS = (
    ("Product", "package", ("sku", "name", "kind", "barcode", "description")),
    (
        "Units",
        "ruler-2",
        ("unit", "purchase_unit", "purchase_factor", "weight"),
    ),
    (
        "Prices and taxes",
        "receipt-tax",
        ("sale_price", "sale_tax_rule", "purchase_price", "purchase_tax_rule"),
    ),
    ("Where it belongs", "tags", ("category", "brand", "family")),
    ("Accounts", "list-details", ("sale_account", "purchase_account", "cogs_account")),
)


class ProductForm(forms.Form):
    """A product's own fields; prices per unit, in the base currency, without tax."""

    sku = forms.CharField(label="SKU", max_length=60, help_text="The code that you know it by.")
    name = forms.CharField(max_length=255)
    kind = forms.ChoiceField(choices=ProductKind.choices)
    unit = forms.CharField(max_length=20, initial="each", required=False)
    category = _named("categories")
    brand = _named("brands")
    family = _named("families")
    sale_price = _price("Sale price")
    sale_tax_rule: Any = forms.ModelChoiceField(
        queryset=None, label="Tax rule of sales", empty_label="None", required=False
    )
    purchase_price = _price("Purchase price")
    purchase_tax_rule: Any = forms.ModelChoiceField(
        queryset=None, label="Tax rule of purchases", empty_label="None", required=False
    )
    purchase_unit = forms.CharField(
        label="Bought in",
        max_length=20,
        required=False,
        help_text="What suppliers sell it in, such as carton. Empty: the unit itself.",
    )
    purchase_factor = _number("Units in one of these", 5, "A carton of 12 holds 12.")
    weight = _number("Weight of one unit, in kilograms", 5)
    sale_account = _account("Sales", "Sales")
    purchase_account = _account("Purchases of services", "the purchases account")
    cogs_account = _account("Cost of goods sold", "Cost of goods sold")
    barcode = forms.CharField(max_length=60, required=False)
    description = forms.CharField(
        max_length=4000, required=False, widget=forms.Textarea({"rows": 3})
    )

    def __init__(self, *args: Any, product: Product | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("sale_tax_rule", "purchase_tax_rule"):
            rules = TaxRule.objects.filter(is_active=True).order_by("name")
            self.fields[name].queryset = rules  # type: ignore[attr-defined]
        accounts = Account.objects.filter(is_active=True).exclude(role__in=CONTROL_ROLES)
        for name in ("sale_account", "purchase_account", "cogs_account"):
            self.fields[name].queryset = accounts.order_by("code")  # type: ignore[attr-defined]
        names = list(self.fields)
        stored = product.attributes if product is not None else {}
        self._attributes = add_attribute_fields(self, AttributeOwner.PRODUCT, stored)
        if product is not None:
            for name in names:
                kept = getattr(product, f"{name}_id", None) or getattr(product, name)
                value = plain(kept) if isinstance(kept, Decimal) else kept
                self.initial[name] = value

    def sections(self) -> list[tuple[str, str, list[BoundField]]]:
        """The fields under their headings: (heading, icon, fields)."""
        found = [(title, icon, [self[name] for name in names]) for title, icon, names in SECTIONS]
        if self._attributes:
            found.append(("Attributes", "tags", [self[name] for name in self._attributes]))
        return found

    def values(self) -> dict[str, Any]:
        """The product as the service takes it."""
        values, attributes = attribute_values(self.cleaned_data)
        return {**values, "attributes": attributes}


class MinimumsForm(forms.Form):
    """The minimum stock of a product at each location; empty: none."""

    def __init__(self, *args: Any, places: Iterable[Location], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.places = list(places)
        for place in self.places:
            self.fields[f"minimums.{place.id}"] = forms.CharField(
                label=f"Minimum at {place.name}",
                max_length=40,
                required=False,
                widget=forms.TextInput({"inputmode": "decimal", "class": "form-control--num"}),
            )

    def wanted(self) -> dict[UUID, str]:
        """What was typed, by location."""
        return {place.id: self.cleaned_data[f"minimums.{place.id}"] for place in self.places}

    def field_of(self, place: Location) -> BoundField | None:
        """The field of a location; None for one that is archived."""
        name = f"minimums.{place.id}"
        return self[name] if name in self.fields else None


class TierPricesForm(forms.Form):
    """The price of a product in each tier; empty: its sale price."""

    def __init__(
        self, *args: Any, tiers: Iterable[PriceTier], may_edit: bool = True, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.tiers = list(tiers)
        for tier in self.tiers:
            self.fields[f"tiers.{tier.id}"] = forms.CharField(
                label=tier.name,
                max_length=40,
                required=False,
                disabled=not may_edit,
                widget=forms.TextInput({"inputmode": "decimal", "class": "form-control--num"}),
            )

    def wanted(self) -> dict[UUID, str]:
        """What was typed, by tier."""
        return {tier.id: self.cleaned_data[f"tiers.{tier.id}"] for tier in self.tiers}


class PartnerCodeForm(forms.Form):
    """What one contact calls this product."""

    contact = ContactField()
    code = forms.CharField(label="Their code", max_length=60)


class SupplierPriceForm(forms.Form):
    """What one supplier asks for this product."""

    contact = ContactField(label="Supplier")
    price = forms.CharField(
        max_length=40,
        label="Price of one unit",
        help_text="In the supplier's currency, without tax.",
        widget=forms.TextInput({"inputmode": "decimal", "class": "form-control--num"}),
    )
    minimum_quantity = forms.CharField(
        max_length=40,
        label="From this quantity on",
        required=False,
        widget=forms.TextInput({"inputmode": "decimal", "class": "form-control--num"}),
    )
    lead_days = forms.IntegerField(
        label="Days until delivery", required=False, min_value=0, max_value=3650
    )


class MappingForm(forms.Form):
    """Which product one contact's code means."""

    code = forms.CharField(label="Their code", max_length=60)
    product = ProductField(label="Our SKU")
