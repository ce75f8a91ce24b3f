"""Keeping the provider's lists: read whole at first, by changes afterwards."""

from collections.abc import Iterable

from django.db.models.functions import Now
from django.utils import timezone

from accounting.domain.answers import Company, Listed
from accounting.domain.states import ConnectionState
from accounting.engine.work import Work
from accounting.models import Connection, RemoteRecord
from accounting.services.company_details import take_company

EVERY_LIST = ("account", "tax", "tax_rate", "term", "class", "department")


def keep_lists(connection: Connection, rows: Iterable[Listed]) -> None:
    """Write rows of the provider's lists; one statement for all."""
    RemoteRecord.objects.bulk_create(
        [
            RemoteRecord(
                connection=connection,
                kind=row.kind,
                remote_id=row.id,
                name=row.name[:255],
                type=row.type[:60],
                is_active=row.is_active,
                data=dict(row.data),
                read_at=timezone.now(),
            )
            for row in rows
        ],
        update_conflicts=True,
        unique_fields=["tenant", "connection", "kind", "remote_id"],
        update_fields=["name", "type", "is_active", "data", "read_at"],
    )


def keep_company(connection: Connection, company: Company) -> None:
    """Write what the company there is and is set to."""
    connection.company_name = company.name[:255]
    connection.country = company.country
    connection.currency = company.currency
    connection.plan = company.plan[:80]
    connection.preferences = dict(company.preferences)
    connection.save(update_fields=["company_name", "country", "currency", "plan", "preferences"])


def read_lists(work: Work, kinds: Iterable[str] = EVERY_LIST) -> None:
    """Read lists whole; what is no longer there becomes inactive here."""
    wanted = tuple(kinds)
    rows = work.call(work.session.lists, wanted)
    with work.transaction() as connection:
        began = timezone.now()
        keep_lists(connection, rows)
        RemoteRecord.objects.filter(
            connection=connection, kind__in=wanted, read_at__lt=began
        ).update(is_active=False)
        Connection.objects.filter(id=connection.id).update(lists_read_at=Now())


def read_company(work: Work) -> None:
    """Read the company and its settings, and whether they let us write."""
    company = work.call(work.session.company)
    with work.transaction() as connection:
        keep_company(connection, company)
        take_company(connection, company)
        found = work.provider.obstacle(company.preferences)
        Connection.objects.filter(id=connection.id, state=ConnectionState.ACTIVE).update(
            pause_code=found.code if found else "", pause_message=found.sentence if found else ""
        )
