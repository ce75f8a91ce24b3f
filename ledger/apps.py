from typing import TYPE_CHECKING

from django.apps import AppConfig

if TYPE_CHECKING:
    from tenants.selectors import MembershipInForce


class LedgerConfig(AppConfig):
    name = "ledger"

    def ready(self) -> None:
        from ledger.services.books import lay_down_book
        from ledger.services.reference_lists import lay_down_reference_lists
        from tenants.services.organisations import register_founder

        register_founder(lay_down_reference_lists)
        register_founder(lay_down_book)
        self._fill_menus()

    def _fill_menus(self) -> None:
        from tenants.domain.permissions import Area
        from tenants.shell import MenuEntry, register_settings

        def sees(member: "MembershipInForce") -> bool:
            return member.can(Area.COMPANY)

        for label, url_name, icon, order in (
            ("Tax rules", "ledger:tax_rules", "receipt-tax", 110),
            ("Payment terms", "ledger:payment_terms", "calendar-due", 120),
        ):
            register_settings("Trade", MenuEntry(label, url_name, icon, sees, order))
