"""How allauth behaves here: mail through the outbox, second factors as the roles demand."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.http import HttpRequest

from hub.secrets import NOBODY, SealedColumn, decrypt, encrypt
from tenants.request import client_address
from tenants.services.account_mail import post_account_mail

# A TOTP secret, or a seed of recovery codes.
SECOND_FACTORS = SealedColumn(
    "second_factor", "mfa.Authenticator", "data", ("secret", "seed", "migrated_codes"), True
)


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Sign-in pages: no request waits for a mail server."""

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Render allauth's message and put it into the outbox."""
        message = self.render_mail(
            template_prefix, email, {"base_url": settings.BASE_URL, **context}
        )
        post_account_mail(email, str(message.subject), str(message.body))

    def is_safe_url(self, url: str | None) -> bool:
        """Only addresses of this site: `next` never leaves it."""
        return bool(url) and str(url).startswith("/") and super().is_safe_url(url)

    def get_client_ip(self, request: HttpRequest) -> str:
        return client_address(request)


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Second factors: secrets are encrypted at rest."""

    def encrypt(self, text: str) -> str:
        return encrypt(text, tenant_id=NOBODY, field=SECOND_FACTORS.field)

    def decrypt(self, encrypted_text: str) -> str:
        return decrypt(encrypted_text, tenant_id=NOBODY, field=SECOND_FACTORS.field)
