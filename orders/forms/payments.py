"""What is typed about money that moved, and what it is for."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from django import forms

from hub.errors import InvalidInput
from hub.money import AMOUNT, Money, parse_currency
from ledger.domain.accounts import AccountRole
from ledger.models import Account
from orders.forms.documents import DAY, NUMBER, ContactField
from orders.open_items import OpenItem
from orders.services.paying import Moved
from orders.services.settlements import ItemKey

# Money is never paid into what we owe ourselves.
NO_MONEY = (AccountRole.CUSTOMER_CREDITS, AccountRole.SUPPLIER_DEPOSITS)


def amount_field(label: str = "Amount", **options: Any) -> forms.CharField:
    """An amount as typed: the services know what is right."""
    return forms.CharField(
        label=label, max_length=40, widget=forms.TextInput(dict(NUMBER)), **options
    )


class MoneyForm(forms.Form):
    """Amount, day, account; the rate only where the money is foreign."""

    amount = amount_field()
    paid_on = forms.DateField(label="Date", widget=forms.DateInput(DAY, format="%Y-%m-%d"))
    account = forms.ChoiceField(help_text="Where the money is.")
    rate = forms.CharField(
        label="Exchange rate", max_length=40, required=False, widget=forms.TextInput(dict(NUMBER))
    )
    reference = forms.CharField(
        max_length=80, required=False, help_text="As on the bank statement."
    )
    note = forms.CharField(max_length=1000, required=False, widget=forms.Textarea({"rows": 2}))

    def __init__(self, *args: Any, currency: str, base: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        accounts = Account.objects.filter(is_active=True, accepts_payments=True)
        accounts = accounts.exclude(role__in=NO_MONEY).order_by("code")
        choices = [(str(one.id), f"{one.code} {one.name}") for one in accounts]
        self.fields["account"].choices = choices  # type: ignore[attr-defined]
        bank = next((str(one.id) for one in accounts if one.role == AccountRole.BANK), None)
        self.fields["account"].initial = bank
        self.fields["amount"].label = f"Amount in {currency}"
        if currency == base:
            del self.fields["rate"]
        else:
            self.fields["rate"].help_text = f"{base} for 1 {currency}. Empty: the rate of the day."

    def moved(self) -> Moved:
        """As the services take it."""
        data = self.cleaned_data
        return Moved(
            data["amount"],
            UUID(data["account"]),
            data["paid_on"],
            data.get("rate") or None,
            data["reference"],
            data["note"],
        )


class PickForm(MoneyForm):
    """Money with the open documents that it is for."""

    def __init__(self, *args: Any, items: Sequence[OpenItem], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.items = {item.name: item for item in items}
        self.fields["documents"] = forms.MultipleChoiceField(
            choices=[(item.name, item.number) for item in items],
            required=False,
            error_messages={"invalid_choice": "One of them is not open any more."},
        )

    @property
    def ticked(self) -> set[str]:
        """What is ticked now."""
        return set(self["documents"].value() or ())

    def chosen(self) -> list[OpenItem]:
        """The ticked documents in their order, the oldest first."""
        wanted = set(self.cleaned_data["documents"])
        return [item for name, item in self.items.items() if name in wanted]


class SettleForm(forms.Form):
    """So much of a credit for a document."""

    other = forms.ChoiceField(error_messages={"invalid_choice": "This cannot be used any more."})
    amount = amount_field()
    settled_on = forms.DateField(
        label="Date",
        required=False,
        widget=forms.DateInput(DAY, format="%Y-%m-%d"),
        help_text="Empty: today.",
    )

    def __init__(
        self, *args: Any, items: Sequence[OpenItem], label: str = "Credit", **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["other"].label = label
        self.fields["other"].choices = [  # type: ignore[attr-defined]
            (item.name, f"{item.number}: {Money(item.open, item.currency)} left") for item in items
        ]

        self.items = {item.name: item for item in items}

    def key(self) -> ItemKey:
        """The chosen item."""
        return self.items[self.cleaned_data["other"]].key

    def other_number(self) -> str:
        """How it is called."""
        return self.items[self.cleaned_data["other"]].number

    def how_much(self) -> Decimal:
        """What was typed; raises InvalidInput naming `amount`."""
        return AMOUNT.parse(self.cleaned_data["amount"], field="amount", above=0)


class WhoForm(forms.Form):
    """Whose money it is, and which way it went: the first half of a new payment."""

    WAYS = (
        ("in", "Received from a customer"),
        ("out", "Paid to a supplier"),
    )
    contact = ContactField()
    way = forms.ChoiceField(label="Money", choices=WAYS)
    currency = forms.CharField(max_length=3, required=False, help_text="Empty: the contact's.")

    def clean_currency(self) -> str:
        """A currency that exists, or nothing."""
        typed: str = self.cleaned_data["currency"].strip()
        try:
            return parse_currency(typed) if typed else ""
        except InvalidInput as error:
            raise forms.ValidationError(error.message) from error
