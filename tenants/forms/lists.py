"""A saved view of a list."""

from typing import Any

from django import forms

from tenants.services.saved_views import LONGEST_NAME, LONGEST_QUERY, ViewValues


class SavedViewForm(forms.Form):
    """Its name, who sees it, and whether the list opens with it."""

    name = forms.CharField(max_length=LONGEST_NAME, help_text="What its tab is called.")
    who = forms.ChoiceField(
        label="Who sees it",
        choices=[("me", "Only me"), ("everyone", "Everyone who may open this list")],
        widget=forms.RadioSelect,
        initial="me",
    )
    default = forms.BooleanField(
        label="Open the list with this view", required=False, help_text="For you only."
    )
    query = forms.CharField(max_length=LONGEST_QUERY, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, may_share: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not may_share:
            del self.fields["who"]

    def values(self) -> ViewValues:
        """What was typed."""
        data = self.cleaned_data
        return ViewValues(data["name"], data["query"], data.get("who") == "everyone")
