"""Budgets of SQL statements: what a verb costs does not creep up unnoticed."""

from uuid import UUID

from bench.statements import counted
from hub.ids import new_id
from tenants.jobs import run_job
from tenants.services.organisations import NewOrganisation, found_organisation
from tests.api.test_golden_path import made, post
from tests.cast import Pair, make_pair, make_user

LINES = 10


def stocked() -> Pair:
    pair = make_pair()
    for company in (pair.buyer, pair.supplier):
        for number in range(LINES):
            company.product(f"SKU-{number}", barcode=f"50123456789{number:02d}")
    return pair


def draft(pair: Pair) -> dict[str, object]:
    return {
        "contact": str(pair.supplier_contact.id),
        "currency": "GBP",
        "lines": [
            {"product": f"SKU-{number}", "quantity": "3", "price": "9.95"}
            for number in range(LINES)
        ],
    }


def test_creating_and_authorising_ten_lines_takes_at_most_25_statements() -> None:
    """N9: the same for the third order as for the first."""
    pair = stocked()
    client = pair.buyer.api()
    counts = []
    for _ in range(3):
        with counted() as seen:
            created = post(
                client, "purchase-orders", draft(pair), **{"Idempotency-Key": new_id().hex}
            )
            post(
                client,
                f"purchase-orders/{created.json()['id']}/authorise",
                **{"Idempotency-Key": new_id().hex},
            )
        counts.append(len(seen))

    assert counts[0] <= 25
    assert len(set(counts)) == 1


def test_sending_until_the_pre_sale_is_there_takes_at_most_40_statements() -> None:
    """N9, N10: both sides together."""
    pair = stocked()
    client = pair.buyer.api()
    order = made(client, "purchase-orders", draft(pair))
    made(client, f"purchase-orders/{order['id']}/authorise", status=200)

    with counted() as statements:
        sent = made(client, f"purchase-orders/{order['id']}/send", {"via": ["network"]}, status=202)
        assert run_job(pair.buyer.id, UUID(sent["job"]))

    assert len(statements) <= 40, "\n".join(statements)


def test_founding_an_organisation_takes_at_most_40_statements() -> None:
    """A1: and none of them changes the schema."""
    owner = make_user("Founder")
    with counted() as statements:
        found_organisation(
            NewOrganisation(name="New", legal_name="New Ltd", base_currency="GBP"), owner=owner
        )

    assert len(statements) <= 40, "\n".join(statements)
    assert not [sql for sql in statements if sql.startswith(("CREATE", "ALTER", "DROP"))]
