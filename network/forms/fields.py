"""A field that names a contact: typed or picked, found by its name, which is unique."""

from typing import Any

from django import forms
from django.urls import reverse_lazy
from django.utils.html import format_html
from django.utils.safestring import SafeString

from network.models import Contact
from network.services.contacts import name_key


class ContactInput(forms.TextInput):
    """A text with suggestions from the contact list; without JavaScript the name is typed."""

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None
    ) -> SafeString:
        """The input and the list that its suggestions go into."""
        attrs = dict(attrs or {})
        options = f"{attrs.get('id', name)}-options"
        attrs |= {
            "list": options,
            "autocomplete": "off",
            "data-lookup-url": str(reverse_lazy("network:contact_lookup")),
        }
        shown = super().render(name, value, attrs, renderer)
        return format_html('{}<datalist id="{}"></datalist>', shown, options)


class ContactField(forms.CharField):
    """Cleans to an active contact (None where it may be left empty)."""

    widget = ContactInput

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=160, **kwargs)

    def clean(self, value: Any) -> Any:
        """The contact of that name; a name that nobody has is refused."""
        name = super().clean(value)
        if not name:
            return None
        contact = Contact.objects.filter(name_key=name_key(name), is_active=True).first()
        if contact is None:
            raise forms.ValidationError(
                f"You have no contact “{name}”. Pick one of the list, or add the contact first."
            )
        return contact
