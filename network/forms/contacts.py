"""Creating and changing a contact, with its people and mailing addresses."""

from typing import TYPE_CHECKING, Any

from django import forms

from hub.regions import country_choices, currency_choices
from ledger.models import PaymentTerm, PriceTier, TaxRule
from network.models import Contact, ContactEmail, EmailPurpose
from network.services.contacts import ATTRIBUTE_FIELDS
from tenants.forms.attributes import add_attribute_fields, attribute_values

if TYPE_CHECKING:
    ContactModelForm = forms.ModelForm[Contact]
else:
    ContactModelForm = forms.ModelForm

MOST_PEOPLE = 50
PREFIX = "emails_"


class ContactForm(ContactModelForm):
    """A contact's own fields, and one line of addresses per purpose."""

    country = forms.ChoiceField(
        choices=lambda: (("", "Not known"), *country_choices()), required=False
    )
    currency = forms.ChoiceField(choices=currency_choices)
    # Named here: the lists belong to an organisation, which is known only when the form is made.
    terms: Any = forms.ModelChoiceField(
        queryset=None,
        label="Payment terms",
        empty_label="None",
        required=False,
        help_text="Filled in on new orders and invoices.",
    )
    tax_rule: Any = forms.ModelChoiceField(
        queryset=None, label="Tax rule", empty_label="None", required=False
    )
    price_tier: Any = forms.ModelChoiceField(
        queryset=None,
        label="Price tier",
        empty_label="None: the sale price",
        required=False,
        help_text="Its prices are filled in on new sales.",
    )
    field_order = ("name", "legal_name", "is_customer", "is_supplier", "code", "tax_number")

    class Meta:
        model = Contact
        fields = (
            "name",
            "is_customer",
            "is_supplier",
            "legal_name",
            "code",
            "tax_number",
            "email",
            "phone",
            "website",
            "country",
            "currency",
            "billing_address",
            "delivery_address",
            "note",
        )
        labels = {
            "is_customer": "Customer",
            "is_supplier": "Supplier",
            "email": "E-mail",
            "note": "Note",
        }
        help_texts = {
            "name": "How you know them; no other contact has this name.",
            "note": "For you alone: it never travels to the partner.",
        }
        widgets = {
            "billing_address": forms.Textarea({"rows": 3}),
            "delivery_address": forms.Textarea({"rows": 3}),
            "note": forms.Textarea({"rows": 3}),
        }

    def __init__(self, *args: Any, base_currency: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, rows in (
            ("terms", PaymentTerm.objects),
            ("tax_rule", TaxRule.objects),
            ("price_tier", PriceTier.objects),
        ):
            field = self.fields[name]
            field.queryset = rows.filter(is_active=True).order_by("name")  # type: ignore[attr-defined]
            self.initial[name] = getattr(self.instance, f"{name}_id")
        if not self.instance.currency:
            self.initial["currency"] = base_currency
        for owner, path in ATTRIBUTE_FIELDS.items():
            stored = getattr(self.instance, path)
            for name in add_attribute_fields(self, owner, stored, path=path):
                self.fields[name].label = f"{owner.value.capitalize()}: {self.fields[name].label}"
        listed = _addresses_of(self.instance)
        for purpose in EmailPurpose:
            self.fields[PREFIX + purpose] = forms.CharField(
                label=f"{purpose.label} go to",
                required=False,
                max_length=2_000,
                initial=", ".join(listed.get(purpose.value, [])),
                help_text="Addresses with commas between them. Empty: the e-mail above.",
            )

    def _post_clean(self) -> None:
        """Nothing: the service checks the whole contact, and says it in words."""

    @property
    def values(self) -> dict[str, Any]:
        """The contact's own fields."""
        names = (*self.Meta.fields, "terms", "tax_rule", "price_tier")
        own = {name: self.cleaned_data[name] for name in names}
        return own | {
            path: attribute_values(self.cleaned_data, path)[1] for path in ATTRIBUTE_FIELDS.values()
        }

    @property
    def emails(self) -> dict[str, list[str]]:
        """Mailing addresses by purpose."""
        return {
            purpose.value: self.cleaned_data[PREFIX + purpose].replace(";", ",").split(",")
            for purpose in EmailPurpose
        }


def _addresses_of(contact: Contact) -> dict[str, list[str]]:
    listed: dict[str, list[str]] = {}
    if contact.name:
        rows = ContactEmail.objects.filter(contact=contact).order_by("email")
        for purpose, email in rows.values_list("purpose", "email"):
            listed.setdefault(purpose, []).append(email)
    return listed


class PersonForm(forms.Form):
    """Somebody who works there; a row without a name is left out."""

    name = forms.CharField(max_length=120, required=False)
    role = forms.CharField(max_length=80, required=False)
    email = forms.EmailField(label="E-mail", required=False)
    phone = forms.CharField(max_length=40, required=False)


PeopleFormSet = forms.formset_factory(
    PersonForm, extra=2, can_delete=True, max_num=MOST_PEOPLE, validate_max=True
)


def people_of(contact: Contact | None) -> list[dict[str, str]]:
    """The contact's people as the formset starts with them."""
    if contact is None:
        return []
    rows = contact.people.order_by("id")[:MOST_PEOPLE]
    return [
        {"name": row.name, "role": row.role, "email": row.email, "phone": row.phone} for row in rows
    ]
