"""Founding an organisation, and migrating: neither knows how many organisations there are."""

from django.db import connection

from bench.measure import Figure, at_most
from bench.stage import Stage
from bench.statements import counted
from tenants.services.organisations import NewOrganisation, found_organisation

RELATIONS = "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace"


def founding_figures(stage: Stage) -> list[Figure]:
    """Statements, and the number of tables, indexes and sequences before and after."""
    with connection.cursor() as cursor:
        cursor.execute(RELATIONS)
        before = cursor.fetchone()
    with counted() as statements:
        found_organisation(
            NewOrganisation(name="One more", legal_name="One more Ltd", base_currency="GBP"),
            owner=stage.owner,
        )
    with connection.cursor() as cursor:
        cursor.execute(RELATIONS)
        after = cursor.fetchone()
    return [
        at_most("founding an organisation: statements", len(statements), 40),
        Figure(
            "founding an organisation: no schema change", f"{before} and {after}", before == after
        ),
    ]
