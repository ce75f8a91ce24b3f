"""Forms of the connect wizard."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django import forms

from accounting.domain.states import Mode
from accounting.domain.wizard import PHRASE
from accounting.services.erasing import LABELS, Erasable
from inventory.models import Location

MAP = "map-"
LONGEST_REMOTE = 64


class ModeForm(forms.Form):
    """Step 1."""

    mode = forms.ChoiceField(
        label="Integration mode",
        choices=[
            (Mode.READ_ONLY.value, "From QuickBooks only"),
            (Mode.BOTH_WAYS.value, "Both ways"),
        ],
        widget=forms.RadioSelect,
    )


class DataForm(forms.Form):
    """Step 2: keep everything, or choose what is deleted."""

    choice = forms.ChoiceField(
        label="What is in Wharf now",
        choices=[
            ("keep", "Keep everything"),
            ("transactions", "Delete transactions"),
            ("all", "Delete all data"),
        ],
        widget=forms.RadioSelect,
        initial="keep",
    )
    besides = forms.MultipleChoiceField(
        label="Delete as well",
        choices=[(kind.value, LABELS[kind]) for kind in Erasable if kind.is_chosen],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    name = forms.CharField(
        label="Type the organisation's name to delete",
        required=False,
        help_text="Not asked for where everything is kept.",
    )

    def kinds(self) -> list[Erasable]:
        """What is to be deleted."""
        cleaned = self.cleaned_data
        if cleaned["choice"] == "keep":
            return []
        kinds = [Erasable.TRANSACTIONS, *(Erasable(each) for each in cleaned["besides"])]
        if cleaned["choice"] == "all":
            kinds.append(Erasable.REFERENCE)
        return list(dict.fromkeys(kinds))


class OpeningForm(forms.Form):
    """Step 6."""

    wanted = forms.ChoiceField(
        label="Unpaid invoices and bills",
        choices=[("yes", "Bring them in"), ("no", "Leave them; enter balances by hand")],
        widget=forms.RadioSelect,
    )


class StockForm(forms.Form):
    """Step 7."""

    wanted = forms.ChoiceField(
        label="Stock on hand",
        choices=[("yes", "Bring it in"), ("no", "Leave it; stock is entered here")],
        widget=forms.RadioSelect,
    )
    location = forms.ChoiceField(
        label="Where the stock lies",
        required=False,
        help_text="All of it comes into one location; transfers move it on afterwards.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = Location.objects.filter(is_active=True).order_by("-is_default", "name")
        choices: Iterable[tuple[str, str]] = [(str(row.id), row.name) for row in rows]
        self.fields["location"].choices = choices  # type: ignore[attr-defined]

    def location_id(self) -> UUID | None:
        """The chosen location."""
        chosen = self.cleaned_data.get("location")
        return UUID(chosen) if chosen else None


class LocationForm(forms.Form):
    """Where stock goes that comes in later; nothing is asked for opening balances."""

    location = forms.ChoiceField(label="Where the stock lies")

    def __init__(self, *args: Any, what: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if what != "stock":
            del self.fields["location"]
            return
        rows = Location.objects.filter(is_active=True).order_by("-is_default", "name")
        choices = [(str(row.id), row.name) for row in rows]
        self.fields["location"].choices = choices  # type: ignore[attr-defined]

    def location_id(self) -> UUID | None:
        """The chosen location."""
        chosen = self.cleaned_data.get("location")
        return UUID(chosen) if chosen else None


class ConfirmForm(forms.Form):
    """Step 8."""

    phrase = forms.CharField(
        label=f"Type “{PHRASE}”",
        max_length=200,
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false"}),
    )


class NameForm(forms.Form):
    """Something that cannot be taken back: the company's name is typed."""

    name = forms.CharField(max_length=255, widget=forms.TextInput({"autocomplete": "off"}))


def posted_mapping(data: Mapping[str, Any], known: Sequence[UUID]) -> dict[UUID, str]:
    """What was chosen for each row that the page has; rows that were not sent stay as they are."""
    return {
        local_id: str(data.get(f"{MAP}{local_id}", ""))[:LONGEST_REMOTE]
        for local_id in known
        if f"{MAP}{local_id}" in data
    }
