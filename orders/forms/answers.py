"""What people write when they answer a document: a reason, a question, nothing."""

from collections.abc import Iterable

from django import forms

from orders.domain.reasons import ReasonCode


class NothingForm(forms.Form):
    """A verb that needs no words."""


class AskForm(forms.Form):
    """A question to the partner."""

    text = forms.CharField(
        label="Your question", max_length=4000, widget=forms.Textarea({"rows": 4})
    )


class ReasonTextForm(forms.Form):
    """A reason in words, if there is one."""

    text = forms.CharField(
        label="Message", max_length=4000, required=False, widget=forms.Textarea({"rows": 3})
    )


class SendBackForm(forms.Form):
    """What has to change, in words."""

    text = forms.CharField(
        label="What has to change", max_length=4000, widget=forms.Textarea({"rows": 3})
    )


class AcceptForm(forms.Form):
    """Whether the sales order is authorised at once."""

    authorise = forms.BooleanField(
        label="Authorise the sales order at once", required=False, initial=True
    )


class KeepForm(forms.Form):
    """How much of a credit note is kept as credit."""

    amount = forms.CharField(
        max_length=40,
        required=False,
        widget=forms.TextInput({"inputmode": "decimal", "autocomplete": "off"}),
        help_text="Empty: all that is left of it.",
    )


def _choices(reasons: Iterable[ReasonCode]) -> list[tuple[str, str]]:
    return [("", "Choose a reason"), *((reason.value, reason.label) for reason in reasons)]


class DeclineOrderForm(forms.Form):
    """Why an order is declined."""

    reason = forms.ChoiceField(choices=_choices(ReasonCode.for_orders()))
    text = forms.CharField(
        label="In words",
        max_length=4000,
        required=False,
        widget=forms.Textarea({"rows": 3}),
        help_text="The partner reads it. Needed for “Another reason”.",
    )

    def clean_reason(self) -> ReasonCode:
        """The code that both sides understand."""
        return ReasonCode(self.cleaned_data["reason"])


class DeclineInvoiceForm(DeclineOrderForm):
    """Why a bill is declined."""

    reason = forms.ChoiceField(choices=_choices(ReasonCode.for_invoices()))
