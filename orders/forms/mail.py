"""The e-mail window's fields."""

import re
from email.utils import parseaddr

from django import forms

from network.models import Connection
from orders.services.sending import Sending, SuggestedLetter
from orders.services.statements import StatementLetter

LONGEST_BODY = 10_000


def _split(text: str) -> list[str]:
    """Addresses between commas, semicolons or lines, without the names before them."""
    parts = [part.strip() for part in re.split(r"[,;\n\t]+", text) if part.strip()]
    return [parseaddr(part)[1] or part if "<" in part else part for part in parts]


class LetterForm(forms.Form):
    """To, Cc, subject and message: a letter that goes by e-mail only."""

    to = forms.CharField(max_length=4000, required=False)
    cc = forms.CharField(max_length=4000, required=False)
    subject = forms.CharField(max_length=255)
    body = forms.CharField(
        label="Message", max_length=LONGEST_BODY, widget=forms.Textarea({"rows": 9})
    )

    def letter(self) -> StatementLetter:
        """What the service is asked for."""
        data = self.cleaned_data
        return StatementLetter(
            _split(data["to"]), data["subject"], data["body"], _split(data["cc"])
        )


class MailForm(LetterForm):
    """With the ways; the network only where the partner is connected."""

    via_email = forms.BooleanField(label="E-mail", required=False)
    via_network = forms.BooleanField(label="Send via network", required=False)

    def clean(self) -> None:
        """At least one way."""
        if not self.ways():
            raise forms.ValidationError("Choose e-mail, the network, or both.")

    def ways(self) -> list[str]:
        """The ways that are ticked."""
        ticked = self.cleaned_data
        return [way for way in ("email", "network") if ticked.get(f"via_{way}")]

    def sending(self) -> Sending:
        """What the service is asked for."""
        data = self.cleaned_data
        return Sending(
            via=self.ways(),
            to=_split(data["to"]),
            cc=_split(data["cc"]),
            subject=data["subject"],
            body=data["body"],
        )


def initial_mail(letter: SuggestedLetter, connection: Connection | None) -> dict[str, object]:
    """What the window starts with: the contact's list, both ways where both are possible."""
    return {
        "to": ", ".join(letter.to),
        "subject": letter.subject,
        "body": letter.body,
        "via_email": bool(letter.to),
        "via_network": connection is not None,
    }
