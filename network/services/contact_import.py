"""Importing contacts: new ones, and changes to those that are there, by their name."""

import json
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import connection

from hub.money import is_currency
from hub.regions import country_choices
from ledger.models import PaymentTerm, TaxRule
from network.models import Contact
from network.services.contacts import ATTRIBUTE_FIELDS, name_key
from tenants.boundary import current_tenant
from tenants.domain.permissions import Area
from tenants.imports.attributes import AttributeReader, columns_of, has_attributes, merged_sql
from tenants.imports.kinds import Cells, Checked, ImportColumn, ImportKind, Staged
from tenants.imports.values import RowReader, by_name
from tenants.services.organisations import current_organisation

COLUMNS = (
    ImportColumn("name", "Name", True, ("contact", "contactname", "company", "companyname")),
    ImportColumn("is_customer", "Customer", False, ("iscustomer",), "yes or no"),
    ImportColumn("is_supplier", "Supplier", False, ("issupplier", "vendor"), "yes or no"),
    ImportColumn("legal_name", "Legal name"),
    ImportColumn("code", "Code", False, ("accountnumber", "customercode", "suppliercode")),
    ImportColumn("tax_number", "Tax number", False, ("vatnumber", "abn", "gst")),
    ImportColumn("email", "E-mail", False, ("emailaddress",)),
    ImportColumn("phone", "Phone", False, ("phonenumber", "telephone")),
    ImportColumn("website", "Website", False, ("url",)),
    ImportColumn("billing_address", "Billing address", False, ("address",)),
    ImportColumn("delivery_address", "Delivery address", False, ("shippingaddress",)),
    ImportColumn("country", "Country", False, ("countrycode",), "two letters, such as GB"),
    ImportColumn("currency", "Currency", False, ("currencycode",)),
    ImportColumn("terms", "Payment terms", False, ("paymentterms",)),
    ImportColumn("tax_rule", "Tax rule", False, ("tax",)),
    ImportColumn("note", "Internal note", False, ("notes",)),
)
# Column of the file → column of the table and the type that its staged text is cast to.
TARGETS = {
    "name": ("name", "text"),
    "is_customer": ("is_customer", "boolean"),
    "is_supplier": ("is_supplier", "boolean"),
    "legal_name": ("legal_name", "text"),
    "code": ("code", "text"),
    "tax_number": ("tax_number", "text"),
    "email": ("email", "text"),
    "phone": ("phone", "text"),
    "website": ("website", "text"),
    "billing_address": ("billing_address", "text"),
    "delivery_address": ("delivery_address", "text"),
    "country": ("country", "text"),
    "currency": ("currency", "text"),
    "terms": ("terms_id", "uuid"),
    "tax_rule": ("tax_rule_id", "uuid"),
    "note": ("note", "text"),
}
LONGEST = {
    "legal_name": 160,
    "code": 40,
    "tax_number": 40,
    "phone": 40,
    "website": 200,
    "billing_address": 500,
    "delivery_address": 500,
    "note": 4000,
}
# Always staged, for rows whose contact is new.
ALWAYS = ("is_customer", "is_supplier", "currency")


class ContactChecker:
    """Looks at rows of contacts."""

    def __init__(self, columns: frozenset[str]) -> None:
        self._columns = by_name(columns_of(CONTACTS))
        self._attributes = {
            field: AttributeReader(owner, columns) for owner, field in ATTRIBUTE_FIELDS.items()
        }
        self._given = columns
        self._home = current_organisation()
        self._known = {
            row.name_key: row
            for row in Contact.objects.only(
                "id", "name_key", "is_customer", "is_supplier", "currency"
            ).iterator(20_000)
        }
        self._terms = {
            row.name.casefold(): str(row.id) for row in PaymentTerm.objects.filter(is_active=True)
        }
        self._rules = {
            row.name.casefold(): str(row.id) for row in TaxRule.objects.filter(is_active=True)
        }
        self._countries = {code for code, _name in country_choices()}
        self._seen: set[str] = set()

    def check(self, cells: Cells) -> Checked:
        """One row."""
        row = RowReader(self._columns, cells)
        name = row.text("name", 160)
        key = name_key(name)
        if key in self._seen:
            row.fault("name", f"“{name[:60]}” stands in another row too.")
        self._seen.add(key)
        there = self._known.get(key)
        values: dict[str, Any] = {"name": name, "name_key": key}
        for column, longest in LONGEST.items():
            if row.has(column):
                lines = column in ("billing_address", "delivery_address", "note")
                values[column] = row.text(column, longest, lines=lines)
        self._roles(row, values, there)
        self._codes(row, values, there)
        for field, reader in self._attributes.items():
            found = reader.read(row)
            if found is not None:
                values[field] = json.dumps(found)
        row.checked.values = values
        row.checked.changes = there is not None
        return row.checked

    def _roles(self, row: RowReader, values: dict[str, Any], there: Contact | None) -> None:
        customer = row.yes_no("is_customer", default=there.is_customer if there else True)
        supplier = row.yes_no("is_supplier", default=there.is_supplier if there else False)
        if not (customer or supplier):
            row.fault("is_customer", "A contact is a customer, a supplier, or both.")
        values["is_customer"], values["is_supplier"] = customer, supplier

    def _codes(self, row: RowReader, values: dict[str, Any], there: Contact | None) -> None:
        values["currency"] = there.currency if there else self._home.base_currency
        currency = row.raw("currency").upper()
        if currency and not is_currency(currency):
            row.fault("currency", f"“{currency[:10]}” is no currency; write three letters.")
        values["currency"] = currency or values["currency"]
        if row.has("country"):
            country = row.raw("country").upper()
            if country and country not in self._countries:
                row.fault("country", f"“{country[:20]}” is no country; write two letters.")
            values["country"] = country[:2]
        if row.has("email"):
            values["email"] = self._email(row)
        if row.has("terms"):
            values["terms"] = row.one_of("terms", self._terms, "payment term")
        if row.has("tax_rule"):
            values["tax_rule"] = row.one_of("tax_rule", self._rules, "tax rule")

    @staticmethod
    def _email(row: RowReader) -> str:
        email = row.text("email", 254)
        if email:
            try:
                validate_email(email)
            except ValidationError:
                row.fault("email", f"“{email[:60]}” is no e-mail address.")
        return email


def apply_contacts(staged: Staged) -> str:
    """Insert new contacts, change those that are there; columns the file lacks stay."""
    names = [name for name in TARGETS if name in staged.columns or name in ALWAYS]
    empty = [
        name for name, (_column, kind) in TARGETS.items() if name not in names and kind == "text"
    ]
    columns = ", ".join(TARGETS[name][0] for name in [*names, *empty])
    texts = [f"(row.values ->> '{name}')::{TARGETS[name][1]}" for name in names]
    texts += ["''" for _name in empty]
    sets = [f"{TARGETS[name][0]} = excluded.{TARGETS[name][0]}" for name in names]
    for owner, field in ATTRIBUTE_FIELDS.items():
        if has_attributes(staged.columns, owner):
            columns += f", {field}"
            texts.append(f"(row.values ->> '{field}')::jsonb")
            sets.append(merged_sql("network_contact", field))
    changes = ", ".join(sets)
    # The names are this module's own; everything from the file is data in the staged rows.
    sql = f"""
        INSERT INTO network_contact
            (id, tenant_id, name_key, connected, is_active, {columns})
        SELECT uuidv7(), row.tenant_id, row.values ->> 'name_key', false, true,
            {", ".join(texts)}
        FROM tenants_importrow AS row
        WHERE row.tenant_id = %s AND row.of_import_id = %s
        ORDER BY row.number
        ON CONFLICT (tenant_id, name_key) DO UPDATE SET {changes}
    """  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(sql, [current_tenant(), staged.import_id])
        return f"{cursor.rowcount:,} contacts imported."


CONTACTS = ImportKind(
    "contacts",
    "Contacts",
    "contacts",
    Area.CONTACTS,
    COLUMNS,
    ContactChecker,
    apply_contacts,
    help="A row whose name is there already changes that contact; columns left out stay.",
    attributes=tuple(ATTRIBUTE_FIELDS),
)
