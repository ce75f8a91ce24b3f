"""The forms of the second step: a code is taken once for as long as it is good."""

from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import forms as allauth_forms
from django.conf import settings
from django.core.cache import cache

PERIOD = 30  # seconds that a code stands (MFA_TOTP_PERIOD's default)


class _Once:
    """allauth forgets used codes after one period; with a tolerance they are good for longer.

    RFC 6238, 5.2: a second attempt with the same code is never accepted.
    """

    def clean_code(self) -> str:
        code: str = super().clean_code()  # type: ignore[misc]
        good_for = PERIOD * (2 * settings.MFA_TOTP_TOLERANCE + 1)
        plain = "".join(letter for letter in code if letter.isalnum()).lower()
        used = f"second_factor.used:{self.user.pk}:{plain}"  # type: ignore[attr-defined]
        if not cache.add(used, "y", timeout=good_for):
            raise get_adapter().validation_error("incorrect_code")
        return code


class AuthenticateForm(_Once, allauth_forms.AuthenticateForm):  # type: ignore[misc]
    """The second step of signing in."""


class ReauthenticateForm(_Once, allauth_forms.ReauthenticateForm):  # type: ignore[misc]
    """The second step once more, before what protects the account is changed."""
