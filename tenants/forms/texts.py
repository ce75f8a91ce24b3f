"""Forms for an organisation's own texts."""

from django import forms


class MailTemplateForm(forms.Form):
    """Subject and text of one kind of e-mail."""

    subject = forms.CharField(max_length=255, widget=forms.TextInput(attrs={"data-wide": "true"}))
    body = forms.CharField(
        label="Message", max_length=10_000, widget=forms.Textarea(attrs={"rows": 16})
    )
