"""What the mapping pages do besides mapping: reload, create there, archive, delete, switch off.

Those that call the provider open their transactions themselves and are called outside any.
"""

from collections.abc import Iterable, Sequence
from uuid import UUID

from django.apps import apps
from django.db.models import Model, Q

from accounting.domain.matching import Ours
from accounting.domain.states import ConnectionState
from accounting.engine.lists import keep_company, keep_lists
from accounting.engine.provider import provider_named
from accounting.engine.talking import Talk, talking
from accounting.models import Connection, Link, RemoteRecord
from accounting.services.mapping import mapping_rows, ours_of, save_mapping
from accounting.services.wizard import company_of
from hub.errors import Conflict, InvalidInput, NotFound
from inventory.models import Product
from ledger.domain.accounts import AccountRole
from ledger.models import Account, JournalLine, PaymentTerm, TaxRule
from ledger.services.books import save_account
from network.models import Contact
from orders.models import Payment
from tenants.boundary import tenant_context
from tenants.services.activity import log_activity

LISTS = {"account": ("account",), "tax": ("tax", "tax_rate"), "term": ("term",)}


def connection_id_of(tenant_id: UUID, provider: str) -> UUID:
    """The living connection of an organisation; raises NotFound."""
    with tenant_context(tenant_id):
        found = (
            Connection.objects.filter(provider=provider, state__in=sorted(ConnectionState.living()))
            .values_list("id", flat=True)
            .first()
        )
    if found is None:
        raise NotFound("No accounting system is connected.")
    return found


def reload_company(tenant_id: UUID, connection_id: UUID) -> None:
    """Read the company there and its settings again; raises ProviderRefused."""
    with talking(tenant_id, connection_id) as talk:
        company = talk.call(talk.session.company)
        with tenant_context(tenant_id):
            keep_company(Connection.objects.get(id=connection_id), company)


def reload_lists(tenant_id: UUID, connection_id: UUID, kind: str) -> int:
    """Read a list there again; gives how many active rows it has. Raises ProviderRefused."""
    with talking(tenant_id, connection_id) as talk:
        return _reload(talk, kind)


def _reload(talk: Talk, kind: str) -> int:
    kinds = LISTS[kind]
    rows = talk.call(talk.session.lists, kinds)
    with tenant_context(talk.tenant_id):
        connection = Connection.objects.get(id=talk.connection_id)
        keep_lists(connection, rows)
        present = [row.id for row in rows if row.kind == kind]
        gone = RemoteRecord.objects.filter(connection=connection, kind=kind)
        gone.exclude(remote_id__in=present).update(is_active=False)
    return sum(1 for row in rows if row.kind == kind and row.is_active)


def create_there(tenant_id: UUID, connection_id: UUID, kind: str, local_id: UUID) -> str:
    """Make ours there and map it to what was made; gives its name.

    Raises NotFound, InvalidInput (it cannot be made there), ProviderRefused. What a lost answer
    left behind is found by its name, so a second click makes no second one.
    """
    with tenant_context(tenant_id):
        ours = _ours(kind, local_id)
        if Link.objects.filter(connection_id=connection_id, kind=kind, local_id=local_id).exists():
            raise Conflict(f"“{ours.name}” is mapped already.", code="mapped")
    _create(tenant_id, connection_id, kind, [ours])
    return ours.name


def create_missing(tenant_id: UUID, connection_id: UUID, kind: str) -> list[str]:
    """Make all of ours there that are neither mapped nor resemble one of theirs; their names.

    Raises as `create_there` at the first one refused; those before it are made and mapped.
    """
    with tenant_context(tenant_id):
        connection = Connection.objects.get(id=connection_id)
        rows = mapping_rows(connection, kind, asked_only=True)
        lacking = [row.ours for row in rows if not row.remote_id and not row.proposal]
    if lacking:
        _create(tenant_id, connection_id, kind, lacking)
    return [one.name for one in lacking]


def _create(tenant_id: UUID, connection_id: UUID, kind: str, wanted: Sequence[Ours]) -> None:
    with talking(tenant_id, connection_id) as talk:
        _reload(talk, kind)
        for ours in wanted:
            _create_one(talk, kind, ours)


def _create_one(talk: Talk, kind: str, ours: Ours) -> None:
    with tenant_context(talk.tenant_id):
        connection = Connection.objects.get(id=talk.connection_id)
        provider = provider_named(connection.provider)
        values = provider.draft(kind, ours, company_of(connection))
    found = _same_name(talk.tenant_id, talk.connection_id, kind, ours)
    if found is None:
        made = talk.call(talk.session.make, kind, values)
        if kind == "tax":
            _reload(talk, kind)
        else:
            with tenant_context(talk.tenant_id):
                keep_lists(Connection.objects.get(id=talk.connection_id), [made])
        found = made.id
    with tenant_context(talk.tenant_id):
        connection = Connection.objects.get(id=talk.connection_id)
        save_mapping(connection, kind, {ours.id: found})
        log_activity(
            "mapping.created_there", f"“{ours.name}” created in {provider.title}", about=connection
        )


def _ours(kind: str, local_id: UUID) -> Ours:
    one = next((each for each in ours_of(kind) if each.id == local_id), None)
    if one is None:
        raise NotFound("It does not exist any more. Reload the page.")
    return one


def _same_name(tenant_id: UUID, connection_id: UUID, kind: str, ours: Ours) -> str | None:
    with tenant_context(tenant_id):
        used = Link.objects.filter(connection_id=connection_id, kind=kind).values("remote_id")
        rows = RemoteRecord.objects.filter(
            connection_id=connection_id, kind=kind, is_active=True, name__iexact=ours.name
        )
        rows = rows.exclude(remote_id__in=used)
        return rows.values_list("remote_id", flat=True).first()


# --- Accounts, rules and terms here that are not wanted --------------------------------------
def archive_account(account_id: UUID) -> Account:
    """Take an account out of use; raises NotFound, InvalidInput when Wharf posts to it."""
    account = save_account(account_id, {"is_active": False})
    Link.objects.filter(kind="account", local_id=account_id).delete()
    return account


def archived_accounts() -> list[tuple[Account, str]]:
    """Archived accounts, and what uses each; "" where nothing does."""
    rows = Account.objects.filter(is_active=False).order_by("code")
    return [(row, used_by(row)) for row in rows]


def delete_unused_accounts() -> int:
    """Delete archived accounts that nothing uses; gives how many."""
    count = 0
    for account, use in archived_accounts():
        if not use:
            log_activity("account.deleted", f"Account {account} deleted", about=account)
            account.delete()
            count += 1
    return count


def used_by(account: Account) -> str:
    """What uses an account, in words; "" when nothing does."""
    if account.role:
        return f"Wharf posts “{AccountRole(account.role).label}” to it."
    counts = [
        (JournalLine.objects.filter(account=account).count(), "posting"),
        (_lines_of(account), "line of a document"),
        (Payment.objects.filter(account=account).count(), "payment"),
        (
            Product.objects.filter(
                Q(sale_account=account) | Q(purchase_account=account) | Q(cogs_account=account)
            ).count(),
            "product",
        ),
    ]
    parts = [_counted(count, word) for count, word in counts if count]
    return f"{' and '.join(parts)} use it." if parts else ""


def _counted(count: int, word: str) -> str:
    head, _space, rest = word.partition(" ")
    plural = f"{head}{'s' if count != 1 else ''}{' ' + rest if rest else ''}"
    return f"{count:,} {plural}"


def _lines_of(account: Account) -> int:
    return sum(model._default_manager.filter(account=account).count() for model in _line_models())


def _line_models() -> Iterable[type[Model]]:
    """Every table of lines and notes that may name an account."""
    skip = {JournalLine, Product, Payment}
    for model in apps.get_models():
        if model in skip or model._meta.app_label == "ledger":
            continue
        names = {each.name: each for each in model._meta.local_fields}
        field = names.get("account")
        if field is not None and field.related_model is Account:
            yield model


def switch_off(kind: str, local_id: UUID) -> str:
    """Take a tax rule or term out of choices; documents that have it keep it. Gives its name.

    Raises NotFound, InvalidInput for the last one and for the one that is filled in by itself.
    """
    model: type[TaxRule] | type[PaymentTerm] = TaxRule if kind == "tax" else PaymentTerm
    row = model.objects.select_for_update().filter(id=local_id).first()
    if row is None:
        raise NotFound("It does not exist any more.")
    if not model.objects.filter(is_active=True).exclude(id=local_id).exists():
        raise InvalidInput("It is the last one; documents need one.", code="last_one")
    if row.is_default:
        raise InvalidInput(
            f"“{row.name}” is filled in on new documents. Make another one the default under "
            "Settings first.",
            code="is_default",
        )
    model.objects.filter(id=local_id).update(is_active=False)
    Link.objects.filter(kind=kind, local_id=local_id).delete()
    what = "Tax rule" if kind == "tax" else "Payment term"
    log_activity(f"{kind}.switched_off", f"{what} “{row.name}” switched off", about=row)
    return str(row.name)


def uses_of_term(term: PaymentTerm) -> int:
    """How many customers and suppliers have it."""
    return Contact.objects.filter(terms=term).count()
