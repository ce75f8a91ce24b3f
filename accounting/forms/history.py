"""What is asked before a verb of the sync history."""

from django import forms

from accounting.services.sync_documents import LONGEST_REASON


class SkipForm(forms.Form):
    """Why a document is left out."""

    reason = forms.CharField(
        label="Why it stays out",
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Whoever reads the history sees this.",
    )


class MatchForm(forms.Form):
    """The id of the object there."""

    remote_id = forms.CharField(
        label="Its id there",
        max_length=64,
        help_text="It is at the end of the address of its page there, as in txnId=145.",
    )
