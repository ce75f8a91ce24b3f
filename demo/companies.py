"""Founding the demo's companies with their people, products and contacts."""

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import generate_totp_secret

from demo.data.companies import CompanyData
from demo.data.people import PASSWORD, Person
from demo.data.products import Row
from inventory.models import Product
from ledger.models import TaxRule
from network.services.contacts import create_contact
from network.services.keys import reveal_key
from tenants.accounts import SecondFactorAdapter
from tenants.actor import Actor, acting_as
from tenants.boundary import tenant_context
from tenants.domain.permissions import SECOND_FACTOR_ROLES
from tenants.domain.scopes import SCOPES
from tenants.models import MailingList, Role, User
from tenants.services.api_keys import make_api_key
from tenants.services.organisations import (
    NewOrganisation,
    add_member,
    change_settings,
    found_organisation,
)


@dataclass(frozen=True, slots=True)
class SignIn:
    """How one person signs in; the second factor's secret is empty where the role needs none."""

    email: str
    password: str
    role: str
    totp_secret: str


@dataclass(frozen=True, slots=True)
class DemoCompany:
    """A founded company, as `var/demo.json` tells of it."""

    id: UUID
    data: CompanyData
    network_key: str
    api_key: str
    sign_ins: tuple[SignIn, ...]
    owner_id: UUID
    owner_email: str

    def actor(self) -> Actor:
        """The owner, who does the demo's work."""
        return Actor("user", self.owner_id, self.data.people[0].name, "command")


def found(data: CompanyData) -> DemoCompany:
    """Found one company; its people are made with verified addresses."""
    users = {person: _user(data, person) for person in data.people}
    owner = users[data.people[0]][0]
    tenant_id = found_organisation(
        NewOrganisation(
            name=data.name,
            legal_name=data.legal_name,
            base_currency="GBP",
            country="GB",
            timezone="Europe/London",
            company_email=data.email("hello"),
            tax_number=data.tax_number,
            address=data.address,
        ),
        owner=owner,
    )
    with acting_as(Actor("user", owner.id, owner.name, "command")), tenant_context(tenant_id):
        change_settings(
            {
                "brand_colour": data.colour,
                "document_footer": data.footer,
                "discoverable": True,
            }
        )
        roles = {role.key: role for role in Role.objects.all()}
        for person, (user, _secret) in users.items():
            if person.role != "owner":
                add_member(user, [roles[person.role]])
        MailingList.objects.create(
            name="Orders desk",
            addresses=[data.email("orders")],
            kinds=["orders.received", "orders.trouble"],
        )
        _products(data.products)
        _contacts(data)
        api_key = make_api_key("Demo", list(SCOPES), created_by=owner.id).value
        key = reveal_key()
    sign_ins = tuple(
        SignIn(user.email, PASSWORD, person.role, secret)
        for person, (user, secret) in users.items()
    )
    return DemoCompany(tenant_id, data, key, api_key, sign_ins, owner.id, owner.email)


def _user(data: CompanyData, person: Person) -> tuple[User, str]:
    user = User.objects.create_user(data.email(person.mailbox), PASSWORD, name=person.name)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    if person.role not in SECOND_FACTOR_ROLES:
        return user, ""
    secret = generate_totp_secret()
    Authenticator.objects.create(
        user=user,
        type=Authenticator.Type.TOTP,
        data={"secret": SecondFactorAdapter().encrypt(secret)},
    )
    return user, secret


def _products(rows: tuple[Row, ...]) -> None:
    rules = {rule.name: rule for rule in TaxRule.objects.all()}
    Product.objects.bulk_create(
        Product(
            sku=sku,
            sku_key=sku.lower(),
            name=name,
            unit=unit,
            barcode=barcode,
            category=category,
            kind="service" if category == "Services" else "stock",
            purchase_price=Decimal(bought),
            sale_price=Decimal(sold),
            purchase_tax_rule=rules[tax],
            sale_tax_rule=rules[tax],
        )
        for sku, name, unit, barcode, category, bought, sold, tax in rows
    )


def _contacts(data: CompanyData) -> None:
    for contact in data.contacts:
        create_contact(
            {
                "name": contact.name,
                "email": contact.email,
                "is_customer": contact.kind in ("customer", "both"),
                "is_supplier": contact.kind in ("supplier", "both"),
                "currency": "GBP",
                "country": "GB",
                "billing_address": f"{contact.street}\n{contact.city}",
            },
            emails={"orders": [contact.email], "invoices": [contact.email]},
        )
