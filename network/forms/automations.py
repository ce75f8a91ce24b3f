"""The switches of the company and of one connection."""

from typing import Any

from django import forms

from network.domain.states import PartnerRole
from network.forms.fields import ContactField
from network.models import AutomationSettings, Connection, Contact
from network.services.automations import LABELS

CONSOLIDATE = (("order", "Each order"), ("day", "Day"), ("week", "Week"))
MOST_SUPPLIERS = 200


class AutomationsForm(forms.Form):
    """Company-wide switches (K1 to K3)."""

    send_invoices = forms.BooleanField(
        label=LABELS["send_invoices"],
        required=False,
        help_text="When an invoice of a network order is confirmed, it goes out by itself. "
        "For the organisations that you sell to.",
    )
    take_in_invoices = forms.BooleanField(
        label=LABELS["take_in_invoices"],
        required=False,
        help_text="A supplier's invoice is filed on its purchase order, awaiting approval. Works "
        "only where the supplier has its half on.",
    )
    draft_ecommerce_purchases = forms.BooleanField(
        label="Draft purchase orders for e-commerce orders automatically",
        required=False,
        help_text="When an order of a sales channel is authorised, what it lacks is drafted from "
        "the preferred supplier. Without a known supplier it waits under Purchases, Demand.",
    )
    separate_ecommerce_orders = forms.BooleanField(
        label="Separate purchase order for each e-commerce order",
        required=False,
        help_text="Whatever is chosen below: demand of one shop order is never mixed with another.",
    )
    consolidate_by = forms.ChoiceField(
        label="Purchase orders made from sales are put together by",
        choices=CONSOLIDATE,
        help_text="One purchase order per supplier for each order, day or week.",
    )


class SupplierForm(forms.Form):
    """A supplier that differs from the company's choice."""

    supplier = ContactField(required=False)
    by = forms.ChoiceField(label="Put together by", choices=CONSOLIDATE, required=False)

    def clean(self) -> dict[str, Any]:
        """Only suppliers are ordered from."""
        cleaned: dict[str, Any] = super().clean() or {}
        contact = cleaned.get("supplier")
        if contact is not None and not contact.is_supplier:
            self.add_error("supplier", f"{contact.name} is not your supplier.")
        return cleaned


SupplierFormSet = forms.formset_factory(
    SupplierForm, extra=1, can_delete=True, max_num=MOST_SUPPLIERS, validate_max=True
)


def suppliers_of(settings: AutomationSettings) -> list[dict[str, str]]:
    """The suppliers that differ, as the formset starts with them; one statement."""
    chosen = settings.consolidate_per_supplier
    if not chosen:
        return []
    rows = Contact.objects.filter(id__in=list(chosen)).order_by("name_key")
    return [{"supplier": row.name, "by": chosen[str(row.id)]} for row in rows]


class OverrideForm(forms.Form):
    """One connection's own switches; which ones there are depends on what the partner is."""

    WORDS = {None: "company", True: "on", False: "off"}
    VALUES = {"company": None, "on": True, "off": False}

    def __init__(self, *args: Any, connection: Connection, company: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sells = connection.role == PartnerRole.CUSTOMER
        self.switch = "send_invoices" if sells else "take_in_invoices"
        follows = f"As the company's setting says: {'on' if company else 'off'}"
        self.fields["ours"] = forms.ChoiceField(
            label=LABELS[self.switch],
            choices=(("company", follows), ("on", "On"), ("off", "Off")),
            initial=self.WORDS[getattr(connection, self.switch)],
            widget=forms.RadioSelect,
        )
        if sells:
            self.fields["accept_customer_invoices"] = forms.BooleanField(
                label="Accept invoices from this customer",
                required=False,
                initial=connection.accept_customer_invoices,
                help_text="Off: an invoice that the customer sends is refused, and it reads why. "
                "On: it becomes a bill that awaits approval.",
            )

    @property
    def values(self) -> dict[str, bool | None]:
        """What `save_override` takes."""
        values: dict[str, bool | None] = {self.switch: self.VALUES[self.cleaned_data["ours"]]}
        if "accept_customer_invoices" in self.fields:
            values["accept_customer_invoices"] = self.cleaned_data["accept_customer_invoices"]
        return values
