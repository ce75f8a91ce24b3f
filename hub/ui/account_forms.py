"""The sign-in forms of allauth in our words, without placeholders that repeat the label."""

from typing import Any

from allauth.account import forms as allauth_forms
from django import forms


def _in_our_words(form: forms.Form) -> None:
    for name, field in form.fields.items():
        field.widget.attrs.pop("placeholder", None)
        if name in WORDS:
            field.label = WORDS[name]
    if "password1" in form.fields:
        form.fields["password1"].help_text = PASSWORD_RULE


WORDS = {
    "login": "E-mail",
    "email": "E-mail",
    "remember": "Keep me signed in on this device",
    "password": "Password",
    "password1": "Password",
    "password2": "Password again",
    "oldpassword": "Password until now",
}
PASSWORD_RULE = "At least 12 characters, and nothing that others would guess."  # noqa: S105


class LoginForm(allauth_forms.LoginForm):  # type: ignore[misc]
    """E-mail and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _in_our_words(self)


class SignupForm(allauth_forms.SignupForm):  # type: ignore[misc]
    """E-mail and a password that is typed once: password managers type it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _in_our_words(self)


class ResetPasswordForm(allauth_forms.ResetPasswordForm):  # type: ignore[misc]
    """The address to which the link goes."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _in_our_words(self)


class ResetPasswordKeyForm(allauth_forms.ResetPasswordKeyForm):  # type: ignore[misc]
    """The new password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _in_our_words(self)


class ChangePasswordForm(allauth_forms.ChangePasswordForm):  # type: ignore[misc]
    """The old password and the new one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _in_our_words(self)


class AddEmailForm(allauth_forms.AddEmailForm):  # type: ignore[misc]
    """A further address."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _in_our_words(self)
