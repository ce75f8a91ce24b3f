"""Founding an organisation, its settings."""

import re
from typing import TYPE_CHECKING, Any

from django import forms

from hub.regions import country_choices, currency_choices, currency_of, timezone_choices
from tenants.beginnings import beginnings
from tenants.company_sources import company_sources
from tenants.models import Organisation

if TYPE_CHECKING:
    OrganisationForm = forms.ModelForm[Organisation]
else:
    OrganisationForm = forms.ModelForm

DATE_FORMATS = (
    ("d M Y", "30 Nov 2026"),
    ("d/m/Y", "30/11/2026"),
    ("m/d/Y", "11/30/2026"),
    ("Y-m-d", "2026-11-30"),
)


class FoundForm(forms.Form):
    """What is asked before the first page; everything else is a setting."""

    name = forms.CharField(label="Trading name", max_length=120)
    legal_name = forms.CharField(
        label="Legal name", max_length=160, help_text="As registered, for example with Ltd."
    )
    country = forms.ChoiceField(choices=country_choices, initial="GB")
    base_currency = forms.ChoiceField(
        choices=lambda: (("", "The country's own"), *currency_choices()),
        required=False,
        help_text="Your books are kept in it; it cannot be changed later.",
    )
    timezone = forms.ChoiceField(label="Time zone", choices=timezone_choices, initial="UTC")
    company_email = forms.EmailField(label="Company e-mail", required=False)
    tax_number = forms.CharField(label="Tax number", max_length=40, required=False)
    begin_with = forms.ChoiceField(
        label="Accounting system",
        choices=lambda: (("", "Connect one later"), *((b.key, b.label) for b in beginnings())),
        required=False,
        help_text="You are led to connecting it right afterwards. Wharf also works on its own.",
    )

    def clean_base_currency(self) -> str:
        """The country's own where none was chosen."""
        chosen: str = self.cleaned_data["base_currency"]
        return chosen or currency_of(self.cleaned_data.get("country", "")) or "EUR"


class CompanyForm(OrganisationForm):
    """Every setting of the company; its base currency stays what it was."""

    country = forms.ChoiceField(choices=country_choices)
    timezone = forms.ChoiceField(label="Time zone", choices=timezone_choices)
    date_format = forms.ChoiceField(label="Dates are written", choices=DATE_FORMATS)
    brand_colour = forms.CharField(
        label="Brand colour",
        widget=forms.TextInput({"type": "color"}),
        help_text="The bar at the top of your printed documents.",
    )

    class Meta:
        model = Organisation
        fields = (
            "name",
            "legal_name",
            "tax_number",
            "company_email",
            "phone",
            "country",
            "address",
            "customer_address",
            "timezone",
            "date_format",
            "tax_rounding",
            "brand_colour",
            "document_footer",
            "discoverable",
            "require_second_factor",
        )
        labels = {
            "company_email": "Company e-mail",
            "tax_rounding": "Tax is rounded",
            "document_footer": "Footer of documents",
            "require_second_factor": "Everybody needs two-step sign-in",
        }
        help_texts = {
            "discoverable": "Others who type your company e-mail see that you use Wharf.",
            "require_second_factor": "Owners and admins always need it. People without it are "
            "asked to set it up before they see anything.",
            "document_footer": "Printed at the foot of orders and invoices.",
            "customer_address": "Where customers and suppliers are to write to, if not to the "
            "address above.",
        }
        widgets = {
            "address": forms.Textarea({"rows": 3}),
            "customer_address": forms.Textarea({"rows": 3}),
            "document_footer": forms.Textarea({"rows": 3}),
        }

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        for field, source in company_sources().items():
            if field in self.fields:
                said = f"From {source}: follows it until you change it here."
                before = self.fields[field].help_text
                self.fields[field].help_text = f"{before} {said}".strip()

    def clean_brand_colour(self) -> str:
        """#rrggbb and nothing else: it is written into documents."""
        colour: str = self.cleaned_data["brand_colour"].lower()
        if not re.fullmatch(r"#[0-9a-f]{6}", colour):
            raise forms.ValidationError("Choose a colour such as #0f4c5c.")
        return colour

    def clean(self) -> dict[str, Any]:
        """Nobody finds an organisation by an address that it does not have."""
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("discoverable") and not cleaned.get("company_email"):
            self.add_error("company_email", "Enter the address that partners may find you by.")
        return cleaned
