"""The cast: organisations with their people, made anew for each test.

`Company` has an owner (second factor set up), a teammate without rights worth having, and an API
key with every scope. A stranger is another company; a partner is one that is connected.
"""

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.test import Client
from rest_framework.test import APIClient

from hub.ids import new_id
from inventory.models import Product
from ledger.models import TaxRule
from network.domain.states import ConnectionStatus
from network.models import Connection, Contact
from network.services.contacts import create_contact
from network.services.handshake import connect_by_key
from network.services.invitations import default_text, send_invitations
from network.services.keys import reveal_key
from tenants.accounts import SecondFactorAdapter
from tenants.actor import Actor, acting_as
from tenants.boundary import tenant_context
from tenants.domain.scopes import SCOPES
from tenants.jobs import run_job
from tenants.middleware import SESSION_KEY
from tenants.models import Job, JobState, Role, User
from tenants.services.api_keys import make_api_key
from tenants.services.organisations import NewOrganisation, add_member, found_organisation

_count = itertools.count(1)
TOTP_SECRET = "JBSWY3DPEHPK3PXP"


def make_user(name: str = "Person", *, second_factor: bool = False) -> User:
    """Somebody with a verified address nobody else has."""
    user = User.objects.create_user(f"{new_id().hex[-12:]}.{next(_count)}@example.com", name=name)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    if second_factor:
        Authenticator.objects.create(
            user=user,
            type=Authenticator.Type.TOTP,
            data={"secret": SecondFactorAdapter().encrypt(TOTP_SECRET)},
        )
    return user


@dataclass
class Company:
    """One organisation of the cast."""

    id: UUID
    name: str
    owner: User
    teammate: User
    api_key: str
    _products: dict[str, UUID] = field(default_factory=dict)

    @contextmanager
    def inside(self, user: User | None = None) -> Iterator[None]:
        """The organisation's transaction, as its owner (or `user`)."""
        user = user or self.owner
        actor = Actor("user", user.id, str(user), "web")
        with acting_as(actor), tenant_context(self.id):
            yield

    def browser(self, user: User | None = None) -> Client:
        """A signed-in browser of the owner (or `user`)."""
        client = Client()
        client.force_login(
            user or self.owner, backend="allauth.account.auth_backends.AuthenticationBackend"
        )
        session = client.session
        session[SESSION_KEY] = str(self.id)
        session.save()
        return client

    def api(self) -> APIClient:
        """A program with the organisation's API key."""
        client = APIClient()
        client.credentials(HTTP_AUTHORIZATION=f"Bearer {self.api_key}")
        return client

    def key(self) -> str:
        """The network key as printed."""
        with self.inside():
            return reveal_key()

    def contact(self, name: str, *, kind: str = "supplier", **values: Any) -> Contact:
        """A contact of one kind."""
        with self.inside():
            return create_contact(
                {
                    "name": name,
                    "is_customer": kind in ("customer", "both"),
                    "is_supplier": kind in ("supplier", "both"),
                    "currency": "GBP",
                    **values,
                }
            )

    def product(self, sku: str, name: str = "", **values: Any) -> Product:
        """A stock product with a price of 10."""
        with self.inside():
            product = Product(
                sku=sku,
                sku_key=sku.lower(),
                name=name or f"Product {sku}",
                **{"purchase_price": Decimal(10), "sale_price": Decimal(10), **values},
            )
            product.save(force_insert=True)
        return product

    def tax_rule(self, name: str = "20% VAT") -> TaxRule:
        """A tax rule by name."""
        with self.inside():
            return TaxRule.objects.get(name=name)

    def member(self, role: str, name: str = "Colleague") -> User:
        """A new person with one built-in role."""
        user = make_user(name, second_factor=True)
        with self.inside():
            add_member(user, [Role.objects.get(key=role)])
        return user

    def drain(self, *, lanes: tuple[str, ...] = ("courier", "mail", "bulk")) -> int:
        """Run this organisation's waiting jobs, also those that new ones bring; gives how many."""
        ran = 0
        for _ in range(50):
            with self.inside():
                due = list(
                    Job.objects.filter(state=JobState.QUEUED, lane__in=lanes)
                    .order_by("id")
                    .values_list("id", flat=True)
                )
            if not due:
                return ran
            progressed = False
            for job_id in due:
                progressed |= run_job(self.id, job_id)
                ran += 1
            if not progressed:
                return ran
        return ran


def make_company(name: str = "Company", *, country: str = "GB") -> Company:
    """A fresh organisation with its people and key."""
    unique = f"{name} {next(_count)}-{new_id().hex[-6:]}"
    owner = make_user(f"Owner of {name}", second_factor=True)
    tenant_id = found_organisation(
        NewOrganisation(
            name=unique,
            legal_name=f"{unique} Ltd",
            base_currency="GBP",
            country=country,
            company_email=owner.email,
        ),
        owner=owner,
    )
    teammate = make_user(f"Teammate at {name}")
    with tenant_context(tenant_id):
        add_member(teammate, [Role.objects.get(key="read_only")])
        made = make_api_key("Tests", list(SCOPES), created_by=owner.id)
    return Company(tenant_id, unique, owner, teammate, made.value)


@dataclass
class Pair:
    """A buyer and a supplier that are connected, with their contacts for each other."""

    buyer: Company
    supplier: Company
    supplier_contact: Contact  # the supplier, at the buyer's
    buyer_contact: Contact  # the buyer, at the supplier's

    def drain(self) -> None:
        """Run both sides' jobs until nothing is left."""
        for _ in range(20):
            if not (self.buyer.drain() + self.supplier.drain()):
                return


def connect(buyer: Company, supplier: Company) -> Pair:
    """Invite and accept, as two admins would."""
    at_buyer = buyer.contact(supplier.name, kind="supplier", email=supplier.owner.email)
    at_supplier = supplier.contact(buyer.name, kind="customer", email=buyer.owner.email)
    with buyer.inside():
        send_invitations([at_buyer.id], [], default_text())
    connect_by_key(supplier.id, at_supplier.id, buyer.key())
    pair = Pair(buyer, supplier, at_buyer, at_supplier)
    pair.drain()
    with buyer.inside():
        assert Connection.objects.get(contact=at_buyer).status == ConnectionStatus.CONNECTED
        at_buyer.refresh_from_db()
    return pair


def make_pair() -> Pair:
    """A connected buyer and supplier."""
    return connect(make_company("Buyer"), make_company("Supplier"))
