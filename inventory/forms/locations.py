"""A location's own fields."""

from typing import Any

from django import forms

from inventory.models import Location


class LocationForm(forms.Form):
    """A warehouse, a shop, a van."""

    code = forms.CharField(max_length=20, help_text="Short, for lists: MAIN, SHOP.")
    name = forms.CharField(max_length=80)
    address = forms.CharField(max_length=500, required=False, widget=forms.Textarea({"rows": 3}))
    is_default = forms.BooleanField(
        label="Filled in on new documents",
        required=False,
        help_text="One location is; choosing this one takes it from the other.",
    )
    is_active = forms.BooleanField(
        label="In use",
        required=False,
        initial=True,
        help_text="One with stock, or with goods on their way, cannot be archived.",
    )

    def __init__(self, *args: Any, row: Location | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if row is not None:
            self.initial.update({name: getattr(row, name) for name in self.fields})
