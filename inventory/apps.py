from typing import TYPE_CHECKING

from django.apps import AppConfig

if TYPE_CHECKING:
    from tenants.selectors import MembershipInForce


class InventoryConfig(AppConfig):
    name = "inventory"

    def ready(self) -> None:
        from inventory.services.opening_stock import OPENING_STOCK
        from inventory.services.product_import import PRICES, PRODUCTS
        from tenants.imports.kinds import register_import

        for kind in (PRODUCTS, PRICES, OPENING_STOCK):
            register_import(kind)

        from inventory.listings import find_products
        from inventory.services.locations import lay_down_locations
        from tenants.domain.permissions import Area, Level
        from tenants.links import register_object_link
        from tenants.search import SearchGroup, register_search
        from tenants.services.organisations import register_founder
        from tenants.shell import MenuEntry, register_navigation, register_new

        def sees(member: "MembershipInForce") -> bool:
            return member.can(Area.PRODUCTS)

        def edits(member: "MembershipInForce") -> bool:
            return member.can(Area.PRODUCTS, Level.EDIT)

        register_founder(lay_down_locations)
        register_object_link("product", "inventory:product")
        register_navigation(MenuEntry("Products", "inventory:products", "package", sees, 400))
        register_new(MenuEntry("Product", "inventory:product_new", "package", edits, 400))
        register_search(SearchGroup("Products", "package", sees, find_products, 60))
