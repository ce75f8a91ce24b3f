"""Who may do what: areas with levels, special permissions, built-in roles. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import Any


class Level(IntEnum):
    """How far a permission goes; each level includes those before it."""

    NONE = 0
    VIEW = 1
    EDIT = 2
    APPROVE = 3

    @property
    def label(self) -> str:
        """As printed in the matrix."""
        return self.name.capitalize()


class Area(StrEnum):
    """What a role speaks of, row by row in the matrix."""

    PURCHASES = "purchases"
    BILLS = "bills"
    SALES = "sales"
    INVOICES = "invoices"
    CONTACTS = "contacts"
    PRODUCTS = "products"
    STOCK = "stock"
    PAYMENTS = "payments"
    LEDGER = "ledger"
    COMPANY = "company"
    USERS = "users"
    ACTIVITY = "activity"

    @property
    def label(self) -> str:
        """As printed in the matrix."""
        return AREA_LABELS[self]


AREA_LABELS = {
    Area.PURCHASES: "Purchase orders",
    Area.BILLS: "Bills",
    Area.SALES: "Sales orders",
    Area.INVOICES: "Invoices",
    Area.CONTACTS: "Contacts",
    Area.PRODUCTS: "Products and mapping",
    Area.STOCK: "Stock: receipts, shipments, adjustments, transfers",
    Area.PAYMENTS: "Payments, credits and refunds",
    Area.LEDGER: "Books: accounts, journals, reports",
    Area.COMPANY: "Company settings and reference lists",
    Area.USERS: "Users, roles and API keys",
    Area.ACTIVITY: "Audit report",
}


class Special(StrEnum):
    """Permissions that are a page or a right of their own."""

    NETWORK_PAGE = "network_page"
    AUTOMATIONS = "automations"
    UNDO = "undo"
    VOID = "void"
    QUICKBOOKS = "integration_quickbooks"

    @property
    def label(self) -> str:
        """As printed beside the check box."""
        return SPECIAL_LABELS[self]


SPECIAL_LABELS = {
    Special.NETWORK_PAGE: "Trading network page",
    Special.AUTOMATIONS: "Automations page",
    Special.UNDO: "Undo authorised documents",
    Special.VOID: "Void documents",
    Special.QUICKBOOKS: "Integration: Accounting – QuickBooks",  # noqa: RUF001 - its name
}


@dataclass(frozen=True, slots=True)
class Permissions:
    """What one person may do in one organisation."""

    areas: Mapping[Area, Level]
    specials: frozenset[Special]

    def can(self, area: Area | str, level: Level = Level.VIEW) -> bool:
        """Whether the area is allowed at this level."""
        return self.areas.get(Area(area), Level.NONE) >= level

    def has(self, special: Special | str) -> bool:
        """Whether the special permission is held."""
        return Special(special) in self.specials


@dataclass(frozen=True, slots=True)
class BuiltinRole:
    """A role that every organisation starts with; it can be edited afterwards."""

    key: str
    name: str
    description: str
    areas: Mapping[Area, Level]
    specials: frozenset[Special] = frozenset()


def _everything(level: Level) -> dict[Area, Level]:
    return dict.fromkeys(Area, level)


_VIEW_TRADE = {
    Area.PURCHASES: Level.VIEW,
    Area.BILLS: Level.VIEW,
    Area.SALES: Level.VIEW,
    Area.INVOICES: Level.VIEW,
    Area.CONTACTS: Level.VIEW,
    Area.PRODUCTS: Level.VIEW,
    Area.COMPANY: Level.VIEW,
}

BUILTIN_ROLES = (
    BuiltinRole(
        "owner",
        "Owner",
        "Everything, for the people whose company it is.",
        _everything(Level.APPROVE),
        frozenset(Special),
    ),
    BuiltinRole(
        "admin",
        "Admin",
        "Everything: settings, people and the trading network.",
        _everything(Level.APPROVE),
        frozenset(Special),
    ),
    BuiltinRole(
        "setup",
        "Setup",
        "Company settings, reference lists and automations.",
        {
            Area.COMPANY: Level.APPROVE,
            Area.CONTACTS: Level.EDIT,
            Area.PRODUCTS: Level.EDIT,
            Area.PURCHASES: Level.VIEW,
            Area.SALES: Level.VIEW,
            Area.LEDGER: Level.VIEW,
        },
        frozenset({Special.AUTOMATIONS}),
    ),
    BuiltinRole(
        "purchasing",
        "Purchasing",
        "Purchase orders and the bills that answer them.",
        {
            **_VIEW_TRADE,
            Area.PURCHASES: Level.APPROVE,
            Area.BILLS: Level.EDIT,
            Area.CONTACTS: Level.EDIT,
            Area.PRODUCTS: Level.EDIT,
            Area.STOCK: Level.EDIT,
            Area.PAYMENTS: Level.VIEW,
        },
    ),
    BuiltinRole(
        "sales",
        "Sales",
        "Sales orders, approvals of pre-sales, invoices.",
        {
            **_VIEW_TRADE,
            Area.SALES: Level.APPROVE,
            Area.INVOICES: Level.APPROVE,
            Area.CONTACTS: Level.EDIT,
            Area.PRODUCTS: Level.EDIT,
            Area.STOCK: Level.EDIT,
            Area.PAYMENTS: Level.VIEW,
        },
    ),
    BuiltinRole(
        "warehouse",
        "Warehouse",
        "Receives, ships, adjusts and moves stock; sees orders.",
        {
            Area.PURCHASES: Level.VIEW,
            Area.SALES: Level.VIEW,
            Area.PRODUCTS: Level.EDIT,
            Area.STOCK: Level.APPROVE,
            Area.CONTACTS: Level.VIEW,
        },
    ),
    BuiltinRole(
        "accountant",
        "Accountant",
        "The books, payments, invoices and bills, and the audit report.",
        {
            **_VIEW_TRADE,
            Area.BILLS: Level.APPROVE,
            Area.INVOICES: Level.APPROVE,
            Area.CONTACTS: Level.EDIT,
            Area.COMPANY: Level.EDIT,
            Area.ACTIVITY: Level.VIEW,
            Area.STOCK: Level.VIEW,
            Area.PAYMENTS: Level.APPROVE,
            Area.LEDGER: Level.APPROVE,
        },
        frozenset({Special.UNDO, Special.VOID, Special.QUICKBOOKS}),
    ),
    BuiltinRole(
        "read_only",
        "Read-only",
        "Looks, and changes nothing.",
        {
            **_VIEW_TRADE,
            Area.STOCK: Level.VIEW,
            Area.PAYMENTS: Level.VIEW,
            Area.LEDGER: Level.VIEW,
        },
    ),
)

# Roles that need a second factor at sign-in, whatever the organisation chose.
SECOND_FACTOR_ROLES = frozenset({"owner", "admin"})


def effective(
    roles: Iterable[tuple[Mapping[str, Any], Iterable[str]]],
    overrides: Mapping[str, Any],
) -> Permissions:
    """Roles add up; a person's own override beats them, up or down.

    `roles` yields (areas, specials) as stored. Unknown names are ignored: an older release's row
    must not lock anybody out.
    """
    areas = _everything(Level.NONE)
    specials: set[Special] = set()
    for role_areas, role_specials in roles:
        for area in Area:
            areas[area] = max(areas[area], Level(role_areas.get(area, 0)))
        specials |= {special for special in Special if special in set(role_specials)}
    for area in Area:
        if f"area:{area}" in overrides:
            areas[area] = Level(overrides[f"area:{area}"])
    for special in Special:
        if f"special:{special}" in overrides:
            wanted = bool(overrides[f"special:{special}"])
            specials = specials | {special} if wanted else specials - {special}
    return Permissions(areas, frozenset(specials))
