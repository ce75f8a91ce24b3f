"""API keys, mailing lists, preferences."""

from typing import Any

from django import forms

from tenants.domain.permissions import Area, Level, Special
from tenants.domain.scopes import SCOPE_AREAS
from tenants.models import MailingList
from tenants.selectors import MembershipInForce
from tenants.services.notifications import NotificationKind, notification_kinds

# What a person must hold to give a program the same.
SCOPE_NEEDS: dict[str, Area | Special] = {
    "organisation": Area.COMPANY,
    "users": Area.USERS,
    "contacts": Area.CONTACTS,
    "products": Area.PRODUCTS,
    "purchases": Area.PURCHASES,
    "bills": Area.BILLS,
    "sales": Area.SALES,
    "invoices": Area.INVOICES,
    "stock": Area.STOCK,
    "payments": Area.PAYMENTS,
    "ledger": Area.LEDGER,
    "network": Special.NETWORK_PAGE,
    "automations": Special.AUTOMATIONS,
    "imports": Area.COMPANY,
    "integrations": Special.QUICKBOOKS,
    "activity": Area.ACTIVITY,
}


def scopes_of(member: MembershipInForce) -> list[tuple[str, str]]:
    """The scopes that this person may give: nobody gives a program more than they have.

    To write over the API is also to approve there, so it needs “approve” in the area.
    """
    return [
        (f"{area}:{way}", f"{label}: {way}")
        for area, label in SCOPE_AREAS.items()
        for way, level in (("read", Level.VIEW), ("write", Level.APPROVE))
        if _holds(member, SCOPE_NEEDS[area], level)
    ]


def _holds(member: MembershipInForce, need: Area | Special, level: Level) -> bool:
    return member.has(need) if isinstance(need, Special) else member.can(need, level)


class ApiKeyForm(forms.Form):
    """A key's name and what it may do."""

    name = forms.CharField(max_length=80, help_text="Which program uses it.")
    scopes = forms.MultipleChoiceField(widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, member: MembershipInForce, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["scopes"].choices = scopes_of(member)  # type: ignore[attr-defined]


class MailingListForm(forms.Form):
    """A list's name, its addresses, and what they are told of."""

    name = forms.CharField(max_length=60)
    addresses = forms.CharField(
        max_length=5_000,
        required=False,
        widget=forms.Textarea({"rows": 4}),
        help_text="One in each line, or with commas between them.",
    )
    kinds = forms.MultipleChoiceField(
        label="Told of", required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, row: MailingList | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = [(kind.name, kind.label) for kind in notification_kinds()]
        self.fields["kinds"].choices = kinds  # type: ignore[attr-defined]
        if row is not None:
            addresses = "\n".join(row.addresses)
            self.initial.update(name=row.name, addresses=addresses, kinds=row.kinds)

    @property
    def addresses_list(self) -> list[str]:
        """The addresses, one by one."""
        text: str = self.cleaned_data["addresses"]
        return text.replace(";", ",").replace("\n", ",").split(",")


def kinds_for(member: MembershipInForce) -> list[NotificationKind]:
    """The kinds of news that may reach this person."""
    return [kind for kind in notification_kinds() if kind.audience(member.permissions)]
