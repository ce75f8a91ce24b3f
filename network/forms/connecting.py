"""Inviting, connecting, answering."""

from typing import Any

from django import forms

from network.domain.states import PartnerRole
from network.forms.fields import ContactField
from network.services.invitations import InviteText

MOST_ADDRESSES = 50


class InviteForm(forms.Form):
    """The invitation window: ticked contacts and typed addresses, subject and body."""

    to = forms.CharField(
        label="To",
        required=False,
        max_length=5_000,
        widget=forms.TextInput({"placeholder": "Addresses, with commas between them"}),
    )
    contacts = forms.TypedMultipleChoiceField(required=False, widget=forms.CheckboxSelectMultiple)
    subject = forms.CharField(max_length=255)
    body = forms.CharField(label="Message", max_length=20_000, widget=forms.Textarea({"rows": 16}))

    def __init__(self, *args: Any, pick: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["contacts"].choices = pick  # type: ignore[attr-defined]

    @property
    def addresses(self) -> list[str]:
        """The typed addresses, one by one."""
        return [part.strip() for part in self.cleaned_data["to"].replace(";", ",").split(",")]

    @property
    def text(self) -> InviteText:
        """What was written."""
        return InviteText(self.cleaned_data["subject"], self.cleaned_data["body"])


class ConnectForm(forms.Form):
    """Add a connection: whose key it is, and the key."""

    contact = ContactField(help_text="The contact in your list that the key belongs to.")
    key = forms.CharField(
        label="Network key",
        max_length=200,
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false"}),
        help_text="From your partner's invitation. It begins with WH.",
    )
    role = forms.ChoiceField(
        label="Your partner is your",
        choices=(("", "As the contact says"), *PartnerRole.choices),
        required=False,
        help_text="Needed only for a contact that is both: a connection joins one customer and "
        "one supplier.",
    )

    @property
    def partner_role(self) -> PartnerRole | None:
        """What was chosen, if anything."""
        chosen = self.cleaned_data["role"]
        return PartnerRole(chosen) if chosen else None


class AcceptForm(forms.Form):
    """Which of our contacts somebody is who wants to connect."""

    contact = ContactField(
        required=False,
        help_text="Leave it empty to add a new contact with the partner's name.",
    )


class RefuseForm(forms.Form):
    """Why somebody is refused; the partner reads it."""

    reason = forms.CharField(max_length=500, required=False)
