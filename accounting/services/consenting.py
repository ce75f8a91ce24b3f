"""From a person's consent to a connection: codes for tokens, then the company's checks (Q1, Q20).

Works in several transactions: no call is made inside one. Tokens of a company that may not be
connected are given back at once.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from accounting.domain.answers import Company, Listed, ProviderDown, Tokens
from accounting.engine.limiter import Limiter
from accounting.engine.lists import EVERY_LIST, keep_company, keep_lists
from accounting.engine.provider import Provider, Weight, provider_named
from accounting.engine.talking import ProviderRefused
from accounting.models import Connection
from accounting.services.company_details import take_company
from accounting.services.connecting import attach, begin_connection, check_company, give_back
from hub.errors import InvalidInput, WharfError
from hub.faults import fault
from tenants.boundary import tenant_context


@dataclass(frozen=True, slots=True)
class Chosen:
    """What a consent gave: a company that was looked at with its own tokens."""

    company: Company
    tokens: Tokens
    lists: tuple[Listed, ...]


def take_consent(
    tenant_id: UUID, provider_name: str, answered: Mapping[str, str], redirect: str
) -> Connection:
    """Exchange the code, look at the company, connect it. Raises InvalidInput, Conflict and
    ProviderRefused; then nothing is connected and the tokens are given back.
    """
    provider = provider_named(provider_name)
    realm, code = provider.realm_of(answered), answered.get("code", "")
    if not realm or not code or len(code) > 512:
        raise InvalidInput(
            f"{provider.title} sent no company back. Start again.", code="bad_consent"
        )
    try:
        tokens = provider.exchange_code(code, redirect)
    except ProviderDown as error:
        raise ProviderRefused(error.verdict) from error
    fault("consent.exchanged")
    try:
        chosen = _look(provider, realm, tokens)
        with tenant_context(tenant_id):
            return _connect(provider, chosen)
    except WharfError:
        give_back(provider, tokens.refresh)
        raise


def _look(provider: Provider, realm: str, tokens: Tokens) -> Chosen:
    session = provider.open(
        realm,
        lambda _refused: tokens.access,
        lambda _heard: None,
        Limiter(f"{provider.name}:{realm}", provider.limits).wait,
    )
    try:
        return Chosen(session.company(), tokens, tuple(session.lists(EVERY_LIST)))
    except ProviderDown as error:
        raise ProviderRefused(error.verdict) from error


def _connect(provider: Provider, chosen: Chosen) -> Connection:
    connection = begin_connection(provider.name)
    check_company(connection, chosen.company)
    if connection.connected_at is None:
        for finding in provider.inspect(chosen.company):
            if finding.weight == Weight.REFUSED:
                raise InvalidInput(f"{finding.title}. {finding.text}", code=finding.code)
    attach(connection, chosen.company, chosen.tokens)
    keep_company(connection, chosen.company)
    take_company(connection, chosen.company)
    keep_lists(connection, chosen.lists)
    return connection
