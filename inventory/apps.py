from typing import TYPE_CHECKING

from django.apps import AppConfig

if TYPE_CHECKING:
    from tenants.selectors import MembershipInForce


class InventoryConfig(AppConfig):
    name = "inventory"

    def ready(self) -> None:
        from inventory.services.locations import lay_down_locations
        from tenants.links import register_object_link
        from tenants.services.organisations import register_founder

        register_founder(lay_down_locations)
        register_object_link("product", "inventory:product")
        register_object_link("location", "inventory:location")
        # Movements and journals name the kind of work, the audit report its model.
        for kind, model in (
            ("adjustment", "stockadjustment"),
            ("transfer", "stocktransfer"),
            ("stocktake", "stocktake"),
        ):
            register_object_link(kind, f"inventory:{kind}")
            register_object_link(model, f"inventory:{kind}")
        self._fill_menus()
        self._name_lists()
        self._offer_search()
        self._offer_reports()
        self._offer_imports()

    def _offer_imports(self) -> None:
        from inventory.services.opening_stock import OPENING_STOCK
        from inventory.services.product_import import PRICES, PRODUCTS
        from tenants.imports.kinds import register_import

        for kind in (PRODUCTS, PRICES, OPENING_STOCK):
            register_import(kind)

    def _offer_reports(self) -> None:
        from ledger.reports.registry import ReportCard, register_report
        from tenants.domain.permissions import Area

        register_report(
            ReportCard(
                "Stock",
                "Stock valuation",
                "What was on hand on a day, and what it had cost.",
                "inventory:stock_valuation",
                "packages",
                lambda member: member.can(Area.LEDGER),
                300,
            )
        )
        register_report(
            ReportCard(
                "Stock",
                "Cost of goods sold",
                "What the goods that left with sales had cost, product by product.",
                "inventory:cost_of_goods_sold",
                "truck",
                lambda member: member.can(Area.LEDGER),
                310,
            )
        )

    def _fill_menus(self) -> None:
        from tenants.domain.permissions import Area, Level
        from tenants.shell import (
            MenuEntry,
            register_navigation,
            register_new,
            register_settings,
        )

        def sees_products(member: "MembershipInForce") -> bool:
            return member.can(Area.PRODUCTS)

        def edits_products(member: "MembershipInForce") -> bool:
            return member.can(Area.PRODUCTS, Level.EDIT)

        def sees_stock(member: "MembershipInForce") -> bool:
            return member.can(Area.STOCK)

        def edits_stock(member: "MembershipInForce") -> bool:
            return member.can(Area.STOCK, Level.EDIT)

        register_navigation(
            MenuEntry("Products", "inventory:products", "package", sees_products, 400)
        )
        register_navigation(MenuEntry("Stock", "inventory:stock", "packages", sees_stock, 410))
        register_new(MenuEntry("Product", "inventory:product_new", "package", edits_products, 400))
        for order, (label, name, icon) in enumerate(
            (
                ("Adjustment", "adjustment", "adjustments"),
                ("Transfer", "transfer", "truck"),
                ("Stocktake", "stocktake", "clipboard-list"),
            ),
            start=410,
        ):
            register_new(MenuEntry(label, f"inventory:{name}_new", icon, edits_stock, order))
        register_settings(
            "Trade",
            MenuEntry(
                "Locations",
                "inventory:locations",
                "building-warehouse",
                lambda member: member.can(Area.COMPANY),
                130,
            ),
        )

    def _name_lists(self) -> None:
        from inventory.listings.opened import list_sources
        from tenants.lists import register_list

        for source in list_sources():
            register_list(source)

    def _offer_search(self) -> None:
        from inventory.listings.products import find_products
        from inventory.listings.tasks import find_tasks
        from tenants.domain.permissions import Area
        from tenants.search import SearchGroup, register_search

        register_search(
            SearchGroup(
                "Products",
                "package",
                lambda member: member.can(Area.PRODUCTS),
                find_products,
                60,
            )
        )
        register_search(
            SearchGroup(
                "Stock work", "packages", lambda member: member.can(Area.STOCK), find_tasks, 70
            )
        )
