from typing import TYPE_CHECKING

from django.apps import AppConfig

if TYPE_CHECKING:
    from tenants.selectors import MembershipInForce


class LedgerConfig(AppConfig):
    name = "ledger"

    def ready(self) -> None:
        from ledger.services.opening_balances import OPENING_BALANCES
        from tenants.imports.kinds import register_import

        register_import(OPENING_BALANCES)

        from ledger.services.books import lay_down_book
        from ledger.services.reference_lists import lay_down_reference_lists
        from tenants.links import register_object_link
        from tenants.services.organisations import register_founder

        register_founder(lay_down_reference_lists)
        register_founder(lay_down_book)
        register_object_link("account", "ledger:account")
        register_object_link("journal", "ledger:journal")
        self._fill_menus()
        self._name_lists()
        self._offer_reports()
        self._offer_search()

    def _offer_search(self) -> None:
        from ledger.listings.books import find_journals
        from tenants.domain.permissions import Area
        from tenants.search import SearchGroup, register_search

        register_search(
            SearchGroup(
                "Journals", "notebook", lambda member: member.can(Area.LEDGER), find_journals, 90
            )
        )

    def _fill_menus(self) -> None:
        from ledger.reports.registry import has_reports
        from tenants.domain.permissions import Area, Level
        from tenants.shell import (
            MenuEntry,
            register_navigation,
            register_new,
            register_settings,
        )

        def sees_company(member: "MembershipInForce") -> bool:
            return member.can(Area.COMPANY)

        def sees_books(member: "MembershipInForce") -> bool:
            return member.can(Area.LEDGER)

        for group, label, url_name, icon, allowed, order in (
            ("Trade", "Tax rules", "ledger:tax_rules", "receipt-tax", sees_company, 110),
            ("Trade", "Payment terms", "ledger:payment_terms", "calendar-due", sees_company, 120),
            ("Trade", "Price tiers", "ledger:price_tiers", "tag", sees_company, 125),
            ("Books", "Chart of accounts", "ledger:accounts", "list-details", sees_books, 210),
            ("Books", "What Wharf posts where", "ledger:uses", "route", sees_books, 220),
            ("Books", "Currencies and rates", "ledger:rates", "coins", sees_books, 230),
            ("Books", "Book settings", "ledger:book", "book-2", sees_books, 240),
        ):
            register_settings(group, MenuEntry(label, url_name, icon, allowed, order))
        register_navigation(
            MenuEntry(
                "Reports",
                "ledger:reports",
                "chart-bar",
                has_reports,
                700,
                "r",
                ("/journals/",),
            )
        )
        register_new(
            MenuEntry(
                "Journal",
                "ledger:journal_new",
                "notebook",
                lambda member: member.can(Area.LEDGER, Level.EDIT),
                600,
            )
        )

    def _name_lists(self) -> None:
        from django.utils import timezone

        from ledger.listings.books import ACCOUNTS, JOURNALS
        from ledger.selectors import accounts_with_balances, journals
        from tenants.domain.permissions import Area
        from tenants.lists import ListSource, register_list

        register_list(
            ListSource(
                ACCOUNTS.key,
                "Chart of accounts",
                "ledger:accounts",
                lambda _member, _params: (ACCOUNTS, accounts_with_balances(timezone.localdate())),
                Area.LEDGER,
            )
        )
        register_list(
            ListSource(
                JOURNALS.key,
                "Journals",
                "ledger:journals",
                lambda _member, _params: (JOURNALS, journals()),
                Area.LEDGER,
            )
        )

    def _offer_reports(self) -> None:
        from ledger.reports.registry import ReportCard, register_report
        from tenants.domain.permissions import Area

        for order, (title, text, name, icon) in enumerate(
            (
                ("Trial balance", "Every account's balance on a day.", "trial_balance", "scale"),
                (
                    "General ledger",
                    "Every account: before, debits, credits, after.",
                    "general_ledger",
                    "book",
                ),
                (
                    "Profit and loss",
                    "What was earned and spent, and what is left.",
                    "profit_and_loss",
                    "trending-up",
                ),
                ("Balance sheet", "What is owned and owed on a day.", "balance_sheet", "columns"),
                ("Journals", "Everything that was written to the book.", "journals", "notebook"),
            )
        ):
            register_report(
                ReportCard(
                    "Books",
                    title,
                    text,
                    f"ledger:{name}",
                    icon,
                    lambda member: member.can(Area.LEDGER),
                    order,
                )
            )
