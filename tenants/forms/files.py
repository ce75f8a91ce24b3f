"""Forms with files."""

from django import forms


class LogoForm(forms.Form):
    """The picture at the top of documents."""

    logo = forms.FileField(
        label="Logo",
        help_text="PNG or JPEG, at most 1 MB. It is printed at the top of your documents.",
        widget=forms.ClearableFileInput(attrs={"accept": "image/png,image/jpeg"}),
    )
