"""What the benches run on: two trading organisations, a small one and one with a million rows."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import generate_totp_secret

from bench.filling import fill_one, found_many
from hub.ids import new_id
from inventory.models import Product
from network.services.contacts import create_contact
from network.services.handshake import connect_by_key
from network.services.invitations import default_text, send_invitations
from network.services.keys import reveal_key
from tenants.accounts import SecondFactorAdapter
from tenants.boundary import tenant_context
from tenants.domain.scopes import SCOPES
from tenants.jobs import run_job
from tenants.models import Job, JobState, User
from tenants.services.api_keys import make_api_key
from tenants.services.organisations import NewOrganisation, found_organisation

LINES = 10


@dataclass(frozen=True, slots=True)
class Stage:
    """Ids and keys; amounts of rows are in the names."""

    buyer_id: UUID
    supplier_id: UUID
    supplier_contact: UUID
    buyer_key: str
    small_id: UUID
    small_key: str
    big_id: UUID
    big_key: str
    owner: User

    def order_body(self) -> dict[str, Any]:
        """A purchase order of ten lines."""
        return {
            "contact": str(self.supplier_contact),
            "currency": "GBP",
            "lines": [
                {"product": f"SKU-{number}", "quantity": "3", "price": "9.95"}
                for number in range(LINES)
            ],
        }

    @contextmanager
    def worker(self) -> Iterator[None]:
        """A Celery worker on this database, idle until it is poked."""
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "celery", "--app=hub.celery", "worker"),
                *("--queues=courier,mail", "--concurrency=1", "--loglevel=WARNING"),
                *("--without-gossip", "--without-mingle"),
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=os.environ.copy(),
        )
        time.sleep(6)
        try:
            yield
        finally:
            process.terminate()
            process.wait(30)


def _organisation(name: str, owner: User) -> tuple[UUID, str]:
    tenant_id = found_organisation(
        NewOrganisation(name=name, legal_name=f"{name} Ltd", base_currency="GBP"), owner=owner
    )
    with tenant_context(tenant_id):
        key = make_api_key("Bench", list(SCOPES), created_by=owner.id).value
    return tenant_id, key


def found_one(name: str, owner: User) -> UUID:
    """Another organisation, empty."""
    return _organisation(name, owner)[0]


def build_stage(*, organisations: int, small: int, big: int, say: Any) -> Stage:
    """Found everything and fill it; minutes for a million rows of each kind."""
    owner = User.objects.create_user(f"bench-{new_id().hex[-12:]}@example.com", name="Bench")
    EmailAddress.objects.create(user=owner, email=owner.email, verified=True, primary=True)
    Authenticator.objects.create(
        user=owner,
        type=Authenticator.Type.TOTP,
        data={"secret": SecondFactorAdapter().encrypt(generate_totp_secret())},
    )
    started = time.monotonic()
    crowd = User.objects.create_user(f"crowd-{new_id().hex[-12:]}@example.com", name="Crowd")
    found_many(organisations, crowd)
    say(f"{organisations:,} organisations in {time.monotonic() - started:.0f} s")
    buyer_id, buyer_key = _organisation("Bench Buyer", owner)
    supplier_id, _ = _organisation("Bench Supplier", owner)
    supplier_contact = _connect(buyer_id, supplier_id, owner)
    small_id, small_key = _organisation("Bench Small", owner)
    fill_one(small_id, small)
    big_id, big_key = _organisation("Bench Big", owner)
    fill_one(big_id, big, say)
    say(f"filled in {time.monotonic() - started:.0f} s")
    return Stage(
        buyer_id,
        supplier_id,
        supplier_contact,
        buyer_key,
        small_id,
        small_key,
        big_id,
        big_key,
        owner,
    )


def _connect(buyer_id: UUID, supplier_id: UUID, owner: User) -> UUID:
    for tenant_id in (buyer_id, supplier_id):
        with tenant_context(tenant_id):
            Product.objects.bulk_create(
                Product(
                    sku=f"SKU-{n}",
                    sku_key=f"sku-{n}",
                    name=f"Product {n}",
                    sale_price=Decimal(10),
                    purchase_price=Decimal(10),
                )
                for n in range(LINES)
            )
    values = {"currency": "GBP", "email": owner.email}
    with tenant_context(buyer_id):
        supplier = create_contact({"name": "Supplier", "is_supplier": True, **values})
        send_invitations([supplier.id], [], default_text())
        key = reveal_key()
    with tenant_context(supplier_id):
        buyer = create_contact({"name": "Buyer", "is_customer": True, **values})
    connect_by_key(supplier_id, buyer.id, key)
    for tenant_id in (buyer_id, supplier_id, buyer_id):
        with tenant_context(tenant_id):
            due = list(Job.objects.filter(state=JobState.QUEUED).values_list("id", flat=True))
        for job_id in due:
            run_job(tenant_id, job_id)
    return supplier.id
