"""Contacts and their groups."""

from decimal import Decimal
from typing import Any, ClassVar

from sandbox.common.http import Answer, Call, Refused
from sandbox.common.store import Record
from sandbox.xero import problems, scopes, tables
from sandbox.xero.books import Books
from sandbox.xero.fields import read_object
from sandbox.xero.problems import Invalid, WrongData
from sandbox.xero.resource import envelope, in_list, shown
from sandbox.xero.settling import is_sale
from sandbox.xero.wire import new_id
from sandbox.xero.writing import Writable

ADDRESSES, PHONES = ("STREET", "POBOX"), ("DEFAULT", "DDI", "FAX", "MOBILE")
MOST_GROUPS = 100
UNIDENTIFIED = (
    "The Contact must contain at least 1 of the following elements to identify the contact:"
    " Name, ContactID, ContactNumber"
)


class Contacts(Writable):
    """Customers and suppliers."""

    plural, kind, id_field = "Contacts", "contact", "ContactID"
    number_field, number_key = "ContactNumber", "contact.number"
    table, scopes, paged = tables.CONTACT, scopes.CONTACTS, True
    flag = "HasValidationErrors"
    columns: ClassVar[dict[str, str]] = {
        **dict.fromkeys(("Name", "ContactNumber", "AccountNumber", "ContactStatus"), "text"),
        **dict.fromkeys(("EmailAddress", "FirstName", "LastName", "TaxNumber"), "text"),
        **dict.fromkeys(("IsCustomer", "IsSupplier"), "boolean"),
        "ContactID": "guid",
    }

    def __init__(self, xero: Any) -> None:
        super().__init__(xero)
        self.add("GET", "/Contacts/{id}/CISSettings", self.no_settings)

    def no_settings(self, call: Call, books: Books, id: str) -> Answer:  # noqa: A002
        """Nobody is in the construction industry scheme."""
        raise Refused(problems.not_found())

    def filters(self, books: Books, query: dict[str, str]) -> tuple[list[str], list[Any]]:
        parts, values = [], []
        if query.get("ids"):
            part, found = in_list("id", query["ids"].lower())
            parts, values = [part], [*found]
        if query.get("includearchived", "").lower() != "true" and not query.get("ids"):
            parts.append("json_extract(body, '$.ContactStatus') = 'ACTIVE'")
        if query.get("searchterm"):
            names = ("Name", "FirstName", "LastName", "ContactNumber", "EmailAddress")
            one = " OR ".join(f"instr(lower(json_extract(body, '$.{n}')), ?)" for n in names)
            parts.append(f"({one})")
            values += [query["searchterm"].casefold()] * len(names)
        return parts, values

    def show(self, books: Books, record: Record, *, whole: bool = True) -> dict[str, Any]:
        body = super().show(books, record, whole=whole)
        groups = books.found("group.member", record.id) if whole else []
        found = [books.get("contact_group", one) for one in groups]
        body["ContactGroups"] = [
            {"ContactGroupID": one.id, "Name": one.body["Name"], "Status": one.body["Status"]}
            for one in found
            if one is not None
        ]
        return body | {"HasValidationErrors": False}

    def read(self, call: Call, books: Books, id: str) -> Answer:  # noqa: A002
        found = self.find(books, id)
        body = self.show(books, found) | {"Balances": balances(books, found.id)}
        return self.answer(books, [body])

    def match(self, books: Books, given: dict[str, Any]) -> Record | None:
        return _identified(books, given)

    def _create(self, books: Books, given: dict[str, Any]) -> tuple[str, list[str]]:
        if self.xero.switch("put_contact_updates"):
            return self.save(books, given, self.match(books, given))
        return self.save(books, given, None)

    def save(
        self, books: Books, given: dict[str, Any], existing: Record | None
    ) -> tuple[str, list[str]]:
        body = changed_contact(existing.body if existing else None, given)
        if not body.get("Name"):
            raise Invalid(UNIDENTIFIED)
        _check_unique(books, body)
        _check_codes(books, given)
        keep_contact(books, body)
        change = "Edited" if existing else "Created"
        books.note("contact", body["ContactID"], change)
        books.xero.hooks.happened(
            books, "CONTACT", "UPDATE" if existing else "CREATE", "Contacts", body["ContactID"]
        )
        return body["ContactID"], []


def changed_contact(before: dict[str, Any] | None, given: dict[str, Any]) -> dict[str, Any]:
    """A contact with what was sent; addresses and phones are replaced one type at a time."""
    start: dict[str, Any] = before or {
        "ContactID": new_id(),
        "ContactStatus": "ACTIVE",
        "Addresses": [],
        "Phones": [],
        "ContactPersons": [],
        "IsCustomer": False,
        "IsSupplier": False,
        "HasAttachments": False,
        "SalesTrackingCategories": [],
        "PurchasesTrackingCategories": [],
        "BankAccountDetails": "",
    }
    body = {**start, **given, "ContactID": start["ContactID"]}
    for field, types in (("Addresses", ADDRESSES), ("Phones", PHONES)):
        name = "AddressType" if field == "Addresses" else "PhoneType"
        kept = {one[name]: one for one in start[field]}
        kept |= {one.get(name, types[0]): {name: types[0], **one} for one in given.get(field, [])}
        empty = (
            {"City": "", "Region": "", "PostalCode": "", "Country": ""}
            if field == "Addresses"
            else {"PhoneNumber": "", "PhoneAreaCode": "", "PhoneCountryCode": ""}
        )
        body[field] = [{name: one, **empty, **kept.get(one, {})} for one in types]
    for terms in body.get("PaymentTerms", {}).values():
        if not 0 <= terms.get("Day", 0) <= 999:
            raise Invalid("The day of payment terms must be between 0 and 999")
        terms["Day"] = int(terms.get("Day", 0))
    return body


def _named(books: Books, name: str) -> list[str]:
    """Ids of the active contacts of that name, in any case unless the switch says otherwise."""
    ids = books.found("contact.name", name)
    if books.xero.switch("contact_names_any_case"):
        return ids
    found = [books.get("contact", one) for one in ids]
    return [one.id for one in found if one is not None and one.body["Name"] == name]


def _identified(books: Books, given: dict[str, Any]) -> Record | None:
    """By ContactNumber, else by name."""
    number, name = given.get("ContactNumber"), given.get("Name")
    ids = books.found("contact.number", number) if number else []
    ids = ids or (_named(books, name) if name else [])
    return books.get("contact", ids[0]) if ids else None


def _check_unique(books: Books, body: dict[str, Any]) -> None:
    own = body["ContactID"]
    same = [one for one in _named(books, body["Name"]) if one != own]
    if same and body["ContactStatus"] == "ACTIVE":
        raise Invalid(
            f"The contact name {body['Name']} is already assigned to another contact."
            " The contact name must be unique across all active contacts."
        )
    number = body.get("ContactNumber")
    if number and [one for one in books.found("contact.number", number) if one != own]:
        raise Invalid(
            f"The contact number {number} is already assigned to another contact."
            " The contact number must be unique across all contacts."
        )


def _check_codes(books: Books, given: dict[str, Any]) -> None:
    for field in ("SalesDefaultAccountCode", "PurchasesDefaultAccountCode"):
        if given.get(field) and books.account({"Code": given[field]}) is None:
            raise Invalid(f"Account code '{given[field]}' is not a valid code for this document.")
    for field in ("AccountsReceivableTaxType", "AccountsPayableTaxType"):
        if given.get(field) and books.tax_rate(given[field]) is None:
            raise Invalid("The tax rate must be valid")
    if given.get("DefaultCurrency"):
        books.rate_of(given["DefaultCurrency"], Decimal(1))


def keep_contact(books: Books, body: dict[str, Any], *, quiet: bool = False) -> None:
    """Write a contact with its keys; an archived one leaves its name free."""
    keys = []
    if body["ContactStatus"] == "ACTIVE":
        keys.append(("contact.name", body["Name"].casefold()))
    if body.get("ContactNumber"):
        keys.append(("contact.number", body["ContactNumber"].casefold()))
    books.put("contact", body["ContactID"], body, keys, quiet=quiet)


def balances(books: Books, contact_id: str) -> dict[str, Any]:
    """What a contact owes and is owed, as its open documents stand in the book."""
    found = {
        name: {"Outstanding": Decimal(0), "Overdue": Decimal(0)}
        for name in ("AccountsReceivable", "AccountsPayable")
    }
    for kind, id_ in books.xero.store.found(books.tenant, "open.contact", contact_id):
        record = books.get(kind, id_)
        assert record is not None
        body = record.body
        side = found["AccountsReceivable" if is_sale(body) else "AccountsPayable"]
        due = Decimal(body["_base"]) - Decimal(body["_settled"])
        side["Outstanding"] += due if kind == "invoice" else -due
        if kind == "invoice" and body.get("DueDate", "9999") < books.today:
            side["Overdue"] += due
    return found


def contact_of(books: Books, given: dict[str, Any]) -> str:
    """The contact of a document, made when only a new name is given. Raises Invalid."""
    found: Record | None = None
    if given.get("ContactID"):
        found = books.get("contact", given["ContactID"])
        if found is None:
            raise Invalid("The Contact with the supplied id could not be found")
    else:
        found = _identified(books, given)
    if found is None:
        if not given.get("Name"):
            raise Invalid(UNIDENTIFIED)
        body = changed_contact(None, given)
        keep_contact(books, body)
        return str(body["ContactID"])
    if found.body["ContactStatus"] != "ACTIVE":
        raise Invalid("The contact is archived. It must be made active before it can be used")
    return found.id


def became(books: Books, contact_id: str, field: str) -> None:
    """The first document makes a contact IsCustomer or IsSupplier."""
    found = books.get("contact", contact_id)
    assert found is not None
    if not found.body[field]:
        keep_contact(books, found.body | {field: True}, quiet=True)


class ContactGroups(Writable):
    """Groups of contacts."""

    plural, kind, id_field = "ContactGroups", "contact_group", "ContactGroupID"
    table, scopes, attributed = tables.CONTACT_GROUP, scopes.CONTACTS, False
    columns: ClassVar[dict[str, str]] = {
        "Name": "text",
        "Status": "text",
        "ContactGroupID": "guid",
    }

    def __init__(self, xero: Any) -> None:
        super().__init__(xero)
        path = "/ContactGroups/{id}/Contacts"
        self.add("PUT", path, self.add_members)
        self.add("DELETE", path, self.remove_members)
        self.add("DELETE", path + "/{contact}", self.remove_members)

    def filters(self, books: Books, query: dict[str, str]) -> tuple[list[str], list[Any]]:
        return ["json_extract(body, '$.Status') = 'ACTIVE'"], []

    def show(self, books: Books, record: Record, *, whole: bool = True) -> dict[str, Any]:
        members = [books.get("contact", one) for one in record.body["_members"]]
        named = [{"ContactID": one.id, "Name": one.body["Name"]} for one in members if one]
        return {**shown(record.body), "Contacts": named}

    def save(
        self, books: Books, given: dict[str, Any], existing: Record | None
    ) -> tuple[str, list[str]]:
        start = existing.body if existing else {"ContactGroupID": new_id(), "_members": []}
        body = {"Status": "ACTIVE", **start, **given, "ContactGroupID": start["ContactGroupID"]}
        members = body.pop("Contacts", [])
        if not body.get("Name"):
            raise Invalid("Name is required")
        if [one for one in books.found("group.name", body["Name"]) if one != body[self.id_field]]:
            raise Invalid("A contact group with this name exists")
        if existing is None and self.xero.store.count(books.tenant, self.kind) >= MOST_GROUPS:
            raise Invalid("You\u2019ve reached the limit of 100 contact groups.")
        body["_members"] = list(
            dict.fromkeys([*body["_members"], *(contact_of(books, one) for one in members)])
        )
        self.keep(books, body)
        return body["ContactGroupID"], []

    def keep(self, books: Books, body: dict[str, Any]) -> None:
        """Write a group; each member finds it."""
        keys = []
        if body["Status"] == "ACTIVE":
            keys = [("group.name", body["Name"].casefold())]
            keys += [("group.member", one) for one in body["_members"]]
        books.put(self.kind, body["ContactGroupID"], body, keys)

    def add_members(self, call: Call, books: Books, id: str) -> Answer:  # noqa: A002
        """PUT of contacts by id."""
        body = dict(self.find(books, id).body)
        raw = call.json.get("Contacts") if isinstance(call.json, dict) else None
        if not isinstance(raw, list):
            raise WrongData("No Contacts could be read from the body")
        given = [read_object(tables.CONTACT_REF, one, "Contacts") for one in raw]
        ids = [contact_of(books, {"ContactID": one.get("ContactID", "-")}) for one in given]
        body["_members"] = list(dict.fromkeys([*body["_members"], *ids]))
        self.keep(books, body)
        listed = [books.get("contact", one) for one in ids]
        named = [{"ContactID": one.id, "Name": one.body["Name"]} for one in listed if one]
        return envelope(books, "Contacts", named)

    def remove_members(
        self,
        call: Call,
        books: Books,
        id: str,  # noqa: A002
        contact: str = "",
    ) -> Answer:
        """One, or all."""
        body = dict(self.find(books, id).body)
        kept = [one for one in body["_members"] if contact and one != contact.lower()]
        if contact and len(kept) == len(body["_members"]):
            raise Refused(problems.not_found())
        self.keep(books, body | {"_members": kept})
        return Answer(204)
