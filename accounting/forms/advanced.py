"""The forms of the advanced settings."""

from typing import Any

from django import forms
from django.utils import timezone


class PeriodForm(forms.Form):
    """From and to, both included; at most a year."""

    since = forms.DateField(
        label="From", widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    until = forms.DateField(
        label="To", widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )

    def clean(self) -> dict[str, Any]:
        """The days in their order."""
        values = super().clean() or {}
        since, until = values.get("since"), values.get("until")
        if since and until and since > until:
            self.add_error("until", "The last day is before the first.")
        elif since and until and (until - since).days > 366:
            self.add_error("until", "Choose at most a year.")
        elif until and until > timezone.localdate():
            self.add_error("until", "Choose today or a day before it.")
        return values


class HistoryForm(forms.Form):
    """Since when history is exported."""

    since = forms.DateField(
        label="Since", widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
