"""Kinds that are kept as they were sent: warehouses, categories, content, shipping and the like."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sandbox.common.store import Record
from sandbox.neto.batch import each
from sandbox.neto.envelope import Reply
from sandbox.neto.query import Where, given, selectors, simple, window
from sandbox.neto.shops import Shop
from sandbox.neto.values import Problem, flag, missing, stamp, text

Body = dict[str, Any]
Action = Callable[[Shop, Body, Reply], None]


@dataclass(frozen=True, slots=True)
class Plain:
    """A kind: its root, its key (a number of ours, or a word of theirs), fields and flags."""

    root: str
    key: str
    words: tuple[str, ...]
    flags: tuple[str, ...] = ()
    numbered: bool = True
    reply_also: tuple[str, ...] = ()


KINDS = (
    Plain(
        "Warehouse",
        "WarehouseID",
        (
            *("WarehouseReference", "WarehouseName", "WarehouseStreet1", "WarehouseStreet2"),
            *("WarehouseCity", "WarehouseState", "WarehousePostcode", "WarehouseCountry"),
            *("WarehouseContact", "WarehousePhone", "WarehouseNotes", "ShowQuantity"),
        ),
        ("IsPrimary", "IsActive"),
        reply_also=("WarehouseReference",),
    ),
    Plain(
        "Category",
        "CategoryID",
        ("CategoryName", "ParentCategoryID", "CategoryReference", "Description", "SortOrder"),
        ("Active", "OnSiteMap", "OnMenu"),
    ),
    Plain(
        "Content",
        "ContentID",
        (
            *("ContentName", "ContentType", "ParentContentID", "ContentReference"),
            *("ShortDescription1", "Description1", "ContentURL", "SortOrder"),
        ),
        ("Active", "OnSiteMap", "OnMenu"),
    ),
    Plain(
        "Supplier",
        "SupplierID",
        (
            *("SupplierCompany", "SupplierEmail", "SupplierPhone", "SupplierCountry"),
            *("SupplierCurrencyCode", "AccountCode", "LeadTime1", "SupplierNotes"),
        ),
        numbered=False,
    ),
    Plain("Voucher", "VoucherCode", ("VoucherTitle", "VoucherValue", "Status"), numbered=False),
)


def kind_name(plain: Plain) -> str:
    """The store's word for it."""
    return plain.root.lower()


def reader(plain: Plain) -> Action:
    """The Get action of a kind."""

    def get(shop: Shop, body: Body, reply: Reply) -> None:
        filters = body.get("Filter") or {}
        if not isinstance(filters, dict):
            raise Problem("Invalid Request", "Filter is not an object")
        where = Where(shop, kind_name(plain))
        if given(filters, plain.key):
            where.ids(given(filters, plain.key))
        for name in plain.words:
            if given(filters, name):
                where.field(name, given(filters, name))
        for name in plain.flags:
            if given(filters, name):
                where.sql(f"json_extract(body, '$.{name}') = ?", flag(given(filters, name)[0]))
        where.updated(*window(filters, "DateUpdated"))
        everything = not selectors(filters)
        rows = simple(
            shop,
            where,
            filters,
            lambda shop, record: view(plain, record),
            (plain.key, *plain.words, *plain.flags) if everything else (plain.key,),
        )
        reply.content[plain.root] = rows

    return get


def view(plain: Plain, record: Record) -> Body:
    """Every field, as text."""
    row = {name: text(record.body[name]) for name in (plain.key, *plain.words, *plain.flags)}
    changed = stamp(record.updated)
    return {**row, "ID": row[plain.key], "DateUpdated": changed, "DateUpdatedUTC": changed}


def adder(plain: Plain) -> Action:
    """The Add action of a kind."""

    def add(shop: Shop, body: Body, reply: Reply) -> None:
        each(shop, body, plain.root, reply, lambda sent: make(shop, plain, sent))

    return add


def make(shop: Shop, plain: Plain, sent: Body) -> Body:
    """One new record; its key. Raises Problem."""
    kind = kind_name(plain)
    key = "" if plain.numbered else text(sent.get(plain.key), plain.key, 50)
    key = key or str(shop.next(kind))
    if shop.record(kind, key) is not None:
        raise Problem("Invalid Request", f"{plain.root} {key} exists already")
    body = {**dict.fromkeys(plain.words, ""), **dict.fromkeys(plain.flags, True), plain.key: key}
    if plain.root == "Warehouse":
        body["IsPrimary"] = False
    _change(shop, plain, body, sent)
    return {plain.key: key, **{name: body[name] for name in plain.reply_also}}


def updater(plain: Plain) -> Action:
    """The Update action of a kind."""

    def update(shop: Shop, body: Body, reply: Reply) -> None:
        def write(sent: Body) -> Body:
            key = text(sent.get(plain.key), plain.key, 50)
            found = shop.get(kind_name(plain), key)
            if found is None:
                raise missing(plain.root, key)
            _change(shop, plain, found, sent)
            return {plain.key: key}

        each(shop, body, plain.root, reply, write)

    return update


def _change(shop: Shop, plain: Plain, body: Body, sent: Body) -> None:
    body |= {name: text(sent[name], name, 5000) for name in plain.words if name in sent}
    body |= {name: flag(sent[name]) for name in plain.flags if name in sent}
    shop.put(kind_name(plain), body[plain.key], body)
    if plain.root == "Warehouse" and body["IsPrimary"]:
        _only_primary(shop, body["WarehouseID"])


def _only_primary(shop: Shop, warehouse: str) -> None:
    for other in shop.all("warehouse"):
        if other["WarehouseID"] != warehouse and other["IsPrimary"]:
            shop.put("warehouse", other["WarehouseID"], {**other, "IsPrimary": False})
    shop.change(primary_warehouse=warehouse)


def actions() -> dict[str, Action]:
    """Every action of these kinds."""
    found: dict[str, Action] = {}
    for plain in KINDS:
        found[f"Get{plain.root}"] = reader(plain)
        found[f"Add{plain.root}"] = adder(plain)
        found[f"Update{plain.root}"] = updater(plain)
    return found
