"""Settings → Purchases and sales."""

from typing import Any

from django import forms

from orders.models import SupplierPricing, TradeSettings


class TradeSettingsForm(forms.Form):
    """Which prices count, and what has to be approved."""

    supplier_pricing = forms.ChoiceField(
        label="Price of new purchase lines",
        choices=SupplierPricing.choices,
        help_text="A supplier who has billed nothing yet counts with the fixed price, and without "
        "one with the product's purchase price.",
    )
    quotes_need_approval = forms.BooleanField(
        label="Quotes need approval",
        required=False,
        help_text="A quote is submitted, and goes to the customer only after somebody with "
        "“Approve” on sales orders has approved it.",
    )
    separate_approval = forms.BooleanField(
        label="Whoever made a purchase order or bill may not approve it",
        required=False,
        help_text="It goes to a colleague instead.",
    )

    def __init__(self, *args: Any, row: TradeSettings, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial = {name: getattr(row, name) for name in self.fields}
