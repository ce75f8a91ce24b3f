"""Accounts, what Wharf uses them for, how the book is kept, and exchange rates."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from babel.numbers import get_currency_name
from django import forms

from hub.money import currencies
from ledger.domain.accounts import AccountClass, AccountType
from ledger.models import Account, Book, CostingMethod

TYPE_CHOICES = [
    (
        one.label,
        [(kind.value, kind.label) for kind in AccountType if kind.account_class is one],
    )
    for one in AccountClass
]
DAY = {"type": "date"}


def day_field(label: str, *, required: bool = True, help_text: str = "") -> forms.DateField:
    """A date, with the browser's own calendar."""
    return forms.DateField(
        label=label,
        required=required,
        help_text=help_text,
        widget=forms.DateInput(DAY, format="%Y-%m-%d"),
    )


class AccountForm(forms.Form):
    """One account. Its type is fixed once it is in use."""

    code = forms.CharField(max_length=20, help_text="Lists and reports are sorted by it.")
    name = forms.CharField(max_length=120)
    type = forms.ChoiceField(choices=TYPE_CHOICES, initial=AccountType.EXPENSE.value)
    description = forms.CharField(max_length=255, required=False)
    accepts_payments = forms.BooleanField(
        label="Payments may be booked to it",
        required=False,
        help_text="Offered where a payment asks for its account: banks, cash, clearing.",
    )

    def __init__(
        self, *args: Any, row: Account | None = None, fixed_type: str = "", **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        if row is not None:
            self.initial.update({name: getattr(row, name) for name in self.fields})
        if fixed_type:
            self.fields["type"].disabled = True
            self.fields["type"].help_text = fixed_type


class UseForm(forms.Form):
    """Which account Wharf posts something to."""

    account = forms.ChoiceField()

    def __init__(self, *args: Any, accounts: Sequence[Account], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["account"]
        field.choices = [("", "Choose an account"), *((str(one.id), str(one)) for one in accounts)]


COSTING_HELP = {
    CostingMethod.FIFO: "What came first goes first; each issue costs what those goods cost.",
    CostingMethod.AVERAGE: "Each receipt moves the average cost; each issue costs that average.",
}


ACCRUAL_WORDS = {
    "on": "Accrued: a receipt values its goods at once against “Goods received, not invoiced”; "
    "a bill ahead of its goods waits on “Goods invoiced, not received”.",
    "off": "Not accrued: goods have no value before their bill, and the cost of what was sold "
    "until then follows with it.",
}


class BookForm(forms.Form):
    """How the book is kept."""

    accrual = forms.TypedChoiceField(
        label="Goods before their bill",
        choices=tuple(ACCRUAL_WORDS.items()),
        coerce=lambda text: text == "on",
        widget=forms.RadioSelect,
    )
    costing = forms.ChoiceField(
        label="Costing method",
        choices=[
            (
                method.value,
                f"{method.label}: {COSTING_HELP[method][0].lower()}{COSTING_HELP[method][1:]}",
            )
            for method in CostingMethod
        ],
        widget=forms.RadioSelect,
        help_text="Fixed from the first movement of stock on.",
    )
    locked_until = day_field(
        "Books are locked up to",
        required=False,
        help_text="Nobody adds or changes anything up to and including this day. Empty: no lock.",
    )

    def __init__(self, *args: Any, book: Book, costing_is_fixed: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.update(
            {
                "accrual": "on" if book.accrual else "off",
                "costing": book.costing,
                "locked_until": book.locked_until,
            }
        )
        if costing_is_fixed:
            self.fields["costing"].disabled = True
            self.fields["costing"].help_text = "Stock has moved, so the method is fixed."


def currency_choices(base_currency: str) -> list[tuple[str, str]]:
    """Every currency but the base one, by code, with its name."""
    return [
        (code, f"{code}: {get_currency_name(code, locale='en')}")
        for code in sorted(currencies())
        if code != base_currency
    ]


class RateForm(forms.Form):
    """What a currency is worth from a day on; the service reads the number."""

    currency = forms.ChoiceField()
    valid_from = day_field("From")
    rate = forms.CharField(
        max_length=40, widget=forms.TextInput({"inputmode": "decimal", "autocomplete": "off"})
    )

    def __init__(self, *args: Any, base_currency: str, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["currency"]
        field.choices = [("", "Choose a currency"), *currency_choices(base_currency)]
        self.fields["valid_from"].initial = today
        self.fields["rate"].label = f"Worth of one unit in {base_currency}"
