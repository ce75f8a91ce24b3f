"""Writing a document: its header and its lines.

Numbers stay as typed: the services know what is right and say it at the field, so that the form
and the API never disagree.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

from django import forms
from django.forms.boundfield import BoundField
from django.forms.formsets import DELETION_FIELD_NAME
from django.urls import reverse_lazy

from hub.errors import WharfError
from hub.money import plain
from inventory.models import Location
from ledger.models import Account, TaxRule
from network.models import Contact
from network.services.contacts import name_key
from orders.domain.document_payloads import MOST_LINES
from orders.models import (
    CostSpread,
    LineKind,
    PurchaseOrderLine,
    TradeDocument,
    TradeLine,
    TradeOrder,
)
from orders.selectors import price_text
from orders.services.lines import FOLLOWS_FROM_DOCUMENTS, LineInput
from orders.services.packs import price_stands
from tenants.domain.attributes import AttributeOwner
from tenants.forms.attributes import add_attribute_fields, attribute_values

if TYPE_CHECKING:
    _LineForms = forms.BaseFormSet["LineForm"]
else:
    _LineForms = forms.BaseFormSet

# The blank rows for a browser without JavaScript.
SPARE_LINES = 5
DAY = {"type": "date"}
NUMBER = {"inputmode": "decimal", "class": "form-control--num", "autocomplete": "off"}


def day_field(label: str, *, required: bool = False) -> forms.DateField:
    """A date, with the browser's own calendar."""
    return forms.DateField(
        label=label, required=required, widget=forms.DateInput(DAY, format="%Y-%m-%d")
    )


def location_choices() -> list[tuple[str, str]]:
    """The locations in use, the default first."""
    rows = Location.objects.filter(is_active=True).order_by("-is_default", "name")
    return [(str(row.id), row.name) for row in rows]


def contact_named(name: str) -> Contact:
    """The active contact of this name; ValidationError where there is none."""
    contact = Contact.objects.filter(name_key=name_key(name), is_active=True).first()
    if contact is None:
        raise forms.ValidationError(
            f"No contact is called “{name[:60]}”. Choose one from the list, or add it first."
        )
    return contact


class ContactField(forms.CharField):
    """An active contact, found by its name; gives the contact."""

    def __init__(self, **options: Any) -> None:
        attributes = {
            "list": "contact-names",
            "autocomplete": "off",
            "data-lookup-url": reverse_lazy("orders:contact-search"),
        }
        super().__init__(
            max_length=160,
            widget=forms.TextInput(attributes),
            help_text="Type part of the name and choose.",
            **options,
        )

    def clean(self, value: Any) -> Contact:
        """The contact of this name."""
        return contact_named(super().clean(value))


class HeaderForm(forms.Form):
    """What every document's head has. The contact is found by its name."""

    contact = ContactField()
    reference = forms.CharField(max_length=80, required=False)
    issued_on = day_field("Date")
    currency = forms.CharField(max_length=3, required=False, help_text="Empty: the contact's.")
    prices_include_tax = forms.BooleanField(label="Prices include tax", required=False)
    note = forms.CharField(
        max_length=4000,
        required=False,
        widget=forms.Textarea({"rows": 2}),
        help_text="Printed and sent to the partner.",
    )
    internal_note = forms.CharField(
        max_length=4000,
        required=False,
        widget=forms.Textarea({"rows": 2}),
        help_text="Stays with you; never sent.",
    )

    def short_fields(self) -> list[BoundField]:
        """The fields of one line, but for the one that stands beside the lines."""
        return [
            field
            for field in self
            if not isinstance(field.field.widget, forms.Textarea)
            and field.name != "prices_include_tax"
        ]

    def long_fields(self) -> list[BoundField]:
        """The fields of several lines: address and notes."""
        return [field for field in self if isinstance(field.field.widget, forms.Textarea)]

    def values(self) -> dict[str, Any]:
        """The header as the services take it; what was left empty follows from the contact."""
        cleaned, attributes = attribute_values(self.cleaned_data)
        given = {name: value for name, value in cleaned.items() if name != "contact"}
        if attributes:
            given["attributes"] = attributes
        optional = ("issued_on", "due_on", "currency", "is_advanced")
        return {k: v for k, v in given.items() if v not in (None, "") or k not in optional}


HANDLINGS = (("advanced", "In parts, as needed"), ("simple", "Simple: all at once"))


class OrderForm(HeaderForm):
    """The head of a purchase order or a sales order."""

    attribute_owner = AttributeOwner.PURCHASE
    required_on = day_field("Required on")
    delivery_address = forms.CharField(
        max_length=500, required=False, widget=forms.Textarea({"rows": 2})
    )
    location = forms.TypedChoiceField(required=False, coerce=UUID, empty_value=None)
    is_advanced = forms.TypedChoiceField(
        label="Handling",
        required=False,
        choices=HANDLINGS,
        coerce=lambda chosen: chosen == "advanced",
        empty_value=None,
    )
    job = forms.CharField(max_length=80, required=False)
    field_order: tuple[str, ...] = (
        "contact",
        "issued_on",
        "required_on",
        "currency",
        "reference",
        "location",
        "is_advanced",
        "job",
        "sales_rep",
        "channel",
        "delivery_address",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        usual = [("", "The default location")]
        self.fields["location"].choices = usual + location_choices()  # type: ignore[attr-defined]
        stored = self.initial.pop("attributes", None) or {}
        add_attribute_fields(self, self.attribute_owner, stored)


class SaleForm(OrderForm):
    """The head of a sales order."""

    attribute_owner = AttributeOwner.SALE
    sales_rep = forms.CharField(label="Sales rep", max_length=80, required=False)
    channel = forms.CharField(
        label="Sales channel", max_length=40, required=False, help_text="Empty: Wharf."
    )


class InvoiceForm(HeaderForm):
    """The head of an invoice or a bill."""

    due_on = day_field("Due on")
    field_order = ("contact", "issued_on", "due_on", "currency", "reference")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["due_on"].help_text = "Empty: by the contact's terms."


class QuoteForm(OrderForm):
    """The head of a quote."""

    attribute_owner = AttributeOwner.SALE
    valid_until = day_field("Valid until")
    field_order: tuple[str, ...] = (
        "contact",
        "issued_on",
        "valid_until",
        "required_on",
        "currency",
        "reference",
        "delivery_address",
    )


class CreditForm(HeaderForm):
    """The head of a credit note that stands on its own."""

    reason = forms.CharField(max_length=255, required=False)
    field_order = ("contact", "issued_on", "reason", "currency", "reference")


class LineForm(forms.Form):
    """One line. `id` is the line's own id, kept when lines are saved again.

    `facts`: what is known of its product, for the page (orders.line_facts.LineFacts).
    """

    facts: Any = None

    id = forms.UUIDField(required=False, widget=forms.HiddenInput)
    sku = forms.CharField(
        label="Product", max_length=60, required=False, widget=forms.TextInput({"data-lookup": ""})
    )
    description = forms.CharField(required=False)
    quantity = forms.CharField(max_length=40, required=False, widget=forms.TextInput(NUMBER))
    unit = forms.CharField(max_length=20, required=False)
    unit_price = forms.CharField(
        label="Price", max_length=40, required=False, widget=forms.TextInput(NUMBER)
    )
    discount_percent = forms.CharField(
        label="Disc. %", max_length=40, required=False, widget=forms.TextInput(NUMBER)
    )
    tax_rule = forms.ChoiceField(label="Tax", required=False)
    expected_on = day_field("Expected")
    account = forms.ChoiceField(required=False)
    spread = forms.ChoiceField(
        label="Cost of goods", choices=[("", "No"), *CostSpread.choices], required=False
    )
    kind = forms.ChoiceField(
        label="Type", choices=LineKind.written(), initial=LineKind.ITEM, required=False
    )

    def __init__(
        self,
        *args: Any,
        tax_choices: Sequence[tuple[str, str]],
        account_choices: Sequence[tuple[str, str]],
        shown: Sequence[str],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["tax_rule"].choices = tax_choices  # type: ignore[attr-defined]
        self.fields["account"].choices = account_choices  # type: ignore[attr-defined]
        if "account" not in shown:
            # Orders keep the account that a program chose; nobody looks for it there.
            self.fields["account"].widget = forms.HiddenInput()
        if "expected_on" not in shown:
            self.fields["expected_on"].widget = forms.HiddenInput()
        if "spread" not in shown:
            del self.fields["spread"]

    def as_input(self, taken: set[UUID]) -> LineInput:
        """The line as the services take it; an id that another line has is not kept.

        Fields that the form refused are left out: what remains can be checked beside them.
        """
        data = self.cleaned_data
        line_id = data.get("id") if data.get("id") not in taken else None
        if line_id is not None:
            taken.add(line_id)
        return LineInput(
            kind=data.get("kind") or LineKind.ITEM,
            sku=data.get("sku", ""),
            description=data.get("description", ""),
            quantity=data.get("quantity"),
            unit=data.get("unit", ""),
            unit_price=data.get("unit_price"),
            discount_percent=data.get("discount_percent") or "0",
            tax_rule=UUID(data["tax_rule"]) if data.get("tax_rule") else None,
            expected_on=data.get("expected_on"),
            line_id=line_id,
            account=UUID(data["account"]) if data.get("account") else None,
            spread=data.get("spread", ""),
        )


class BaseLines(_LineForms):
    """The lines. Blank rows and rows ticked for removal do not count."""

    deletion_widget = forms.CheckboxInput
    # What is known of each line's product stands under it where the page says where to ask.
    facts_url = ""
    facts_template = "orders/line_facts.html"

    def kept(self) -> list[LineForm]:
        """The rows that count, in their order; their places are those in error paths."""
        return [
            form
            for form in self.forms
            if (form.initial or form.has_changed())
            and not form.cleaned_data.get(DELETION_FIELD_NAME)
        ]

    def inputs(self) -> list[LineInput]:
        """The lines as the services take them."""
        taken: set[UUID] = set()
        return [form.as_input(taken) for form in self.kept()]


LineFormSet = forms.formset_factory(
    LineForm,
    formset=BaseLines,
    extra=SPARE_LINES,
    can_delete=True,
    max_num=MOST_LINES,
    absolute_max=MOST_LINES + SPARE_LINES + 1,
)


def tax_choices() -> list[tuple[str, str]]:
    """Tax rules to choose from; empty follows the product, or the default rule."""
    rules = TaxRule.objects.filter(is_active=True).order_by("name").values_list("id", "name")
    return [("", "As usual"), *((str(key), name) for key, name in rules)]


def account_choices() -> list[tuple[str, str]]:
    """Accounts to choose from; empty follows the product, or the usual account."""
    rows = Account.objects.filter(is_active=True).exclude(role__in=FOLLOWS_FROM_DOCUMENTS)
    return [("", "As usual"), *((str(row.id), str(row)) for row in rows.order_by("code"))]


def lines_form(
    data: Mapping[str, Any] | None,
    lines: Sequence[TradeLine] = (),
    *,
    shown: Sequence[str] = ("expected_on",),
) -> BaseLines:
    """The line editor's forms, filled with a document's lines or with what was posted.

    `shown`: "expected_on", "account" and "spread" are fields of some kinds of document only.
    """
    formset = LineFormSet(
        data,
        prefix="lines",
        initial=[initial_line(line) for line in lines],
        form_kwargs={
            "tax_choices": tax_choices(),
            "account_choices": account_choices(),
            "shown": shown,
        },
    )
    return cast("BaseLines", formset)


def initial_line(line: TradeLine) -> dict[str, Any]:
    """A stored line as its form shows it."""
    is_item = line.kind == LineKind.ITEM
    if isinstance(line, PurchaseOrderLine) and line.packs is not None and price_stands(line):
        quantity, unit, price = line.packs, line.pack_unit, line.pack_price or line.unit_price
    else:
        quantity, unit, price = line.quantity, line.unit, line.unit_price
    return {
        "id": line.line_id,
        "sku": line.sku,
        "description": line.description,
        "quantity": plain(quantity) if is_item else "",
        "unit": unit,
        "unit_price": price_text(price) if is_item else "",
        "discount_percent": plain(line.discount_percent) if line.discount_percent else "",
        "tax_rule": str(line.tax_rule_id or ""),
        "expected_on": line.expected_on,
        "kind": line.kind,
        "account": str(line.account_id or ""),
        "spread": getattr(line, "spread", ""),
    }


def initial_header(document: TradeDocument, fields: Sequence[str]) -> dict[str, Any]:
    """A stored header as its form shows it."""
    names = [name for name in fields if name != "contact"]
    initial = {
        "contact": document.contact.name,
        **{name: getattr(document, name, None) for name in names},
    }
    if isinstance(document, TradeOrder):
        initial["attributes"] = document.attributes
        initial["location"] = str(document.location_id or "")
        initial["is_advanced"] = "advanced" if document.is_advanced else "simple"
    return initial


def blank_header(contact_id: str, today: date) -> dict[str, Any]:
    """A new document's header, for the contact that the address names."""
    try:
        contact = Contact.objects.filter(id=UUID(contact_id)).first()
    except ValueError:
        contact = None
    return {"issued_on": today, "contact": contact.name if contact is not None else ""}


def place_errors(header: HeaderForm, lines: BaseLines, error: WharfError) -> None:
    """Put each message of a refused document at its field, line by line; the rest on top.

    A field that the form refused already keeps that message only.
    """
    placed = False
    refused = {(form, name) for form in (header, *lines.forms) for name in form.errors}
    for path, messages in error.fields.items():
        form, name = _field_at(header, lines.kept(), path)
        placed |= (form, name) in refused
        for message in messages if (form, name) not in refused else ():
            form.add_error(name, message)
            placed = True
    if not placed:
        header.add_error(None, error.message)


def _field_at(
    header: HeaderForm, rows: Sequence[LineForm], path: str
) -> tuple[forms.Form, str | None]:
    first, _dot, rest = path.partition(".")
    if first != "lines":
        return header, path if path in header.fields else None
    position, _dot, field = rest.partition(".")
    if not position.isdecimal() or int(position) >= len(rows):
        return header, None
    row = rows[int(position)]
    name = "sku" if field == "product" else field
    return row, name if name in row.fields else None
