from django.apps import AppConfig


class OrdersConfig(AppConfig):
    name = "orders"

    def ready(self) -> None:
        from orders.services.open_documents import OPEN_BILLS, OPEN_INVOICES
        from tenants.imports.kinds import register_import

        register_import(OPEN_INVOICES)
        register_import(OPEN_BILLS)

        self._offer_bulk_verbs()
        self._fill_menus()
        self._name_lists()
        self._offer_search()
        self._link_objects()
        self._offer_reports()
        self._show_balances()
        self._open_to_the_network()

    def _offer_bulk_verbs(self) -> None:
        from orders.bulk import BULK_JOB, FINISHED, run_bulk
        from tenants.jobs import JobKind, register_job_kind
        from tenants.services.notifications import NotificationKind, register_notification_kind

        register_job_kind(JobKind(BULK_JOB, "bulk", run_bulk))
        register_notification_kind(
            NotificationKind(FINISHED, "Your bulk action has finished", lambda _rights: True)
        )

    def _name_lists(self) -> None:
        from orders.presenters.list_sources import list_sources
        from tenants.lists import register_list

        for source in list_sources():
            register_list(source)

    def _offer_search(self) -> None:
        from orders.presenters.search import search_groups
        from tenants.search import register_search

        for group in search_groups():
            register_search(group)

    def _show_balances(self) -> None:
        from network.contact_panels import register_contact_panel
        from orders.presenters.contact_panel import balance_panel

        register_contact_panel(balance_panel)

    def _offer_reports(self) -> None:
        from ledger.reports.registry import ReportCard, register_report
        from orders.areas import MONEY
        from orders.presenters.aged import NAMES
        from tenants.domain.permissions import Area

        register_report(
            ReportCard(
                "Sales and purchases",
                "Gross margin",
                "What sales earned after what the goods had cost: by product, customer, month.",
                "orders:gross-margin",
                "percentage",
                lambda member: member.can(Area.LEDGER),
                190,
            )
        )
        texts = ("What customers owe, by how late it is.", "What you owe, by how late it is.")
        for order, ((name, title, _first), text) in enumerate(
            zip(NAMES.values(), texts, strict=True), 200
        ):
            register_report(
                ReportCard(
                    "Sales and purchases",
                    title,
                    text,
                    f"orders:{name}",
                    "calendar-dollar",
                    lambda member: member.can(MONEY),
                    order,
                )
            )

    def _link_objects(self) -> None:
        from orders.presenters.kinds import KINDS, PIECES
        from tenants.links import register_object_link

        for kind in (*KINDS, *PIECES):
            # The audit report names a type by its model, envelopes by the kind's own key.
            for object_type in {kind.model._meta.model_name or "", kind.key}:
                register_object_link(object_type, f"orders:{kind.name}")
        # A credit note's page knows on which side it is, and leads there.
        register_object_link("creditnote", "orders:credit-note")
        register_object_link("payment", "orders:payment")

    def _fill_menus(self) -> None:
        from orders.areas import MONEY
        from orders.presenters.inbox import APPROVAL_COUNTERS, COUNTERS
        from orders.presenters.kinds import GOODS_IN, GOODS_OUT
        from tenants.domain.permissions import Area, Level
        from tenants.shell import (
            MenuEntry,
            register_inbox_counter,
            register_navigation,
            register_new,
            register_settings,
        )

        register_settings(
            "Company",
            MenuEntry(
                "Purchases and sales",
                "orders:trade-settings",
                "adjustments",
                lambda member: member.can(Area.COMPANY),
                37,
            ),
        )
        for area, sql in COUNTERS:
            register_inbox_counter(
                sql,
                lambda member, area=area: member.can(area, Level.EDIT),  # type: ignore[misc]
            )
        for area, sql in APPROVAL_COUNTERS:
            register_inbox_counter(
                sql,
                lambda member, area=area: member.can(area, Level.APPROVE),  # type: ignore[misc]
            )
        for entry in (
            MenuEntry("Inbox", "orders:inbox", "inbox", lambda _member: True, 10, "i"),
            MenuEntry(
                "Sales",
                "orders:sales",
                "receipt",
                lambda member: member.can(Area.SALES),
                20,
                "s",
                ("/invoices/", "/shipments/", "/quotes/", "/credit-notes/", "/payments/"),
            ),
            MenuEntry(
                "Invoices",
                "orders:invoices",
                "file-invoice",
                lambda member: member.can(Area.INVOICES) and not member.can(Area.SALES),
                21,
            ),
            MenuEntry(
                "Purchases",
                "orders:purchases",
                "shopping-cart",
                lambda member: member.can(Area.PURCHASES),
                30,
                "p",
                ("/bills/", "/receipts/", "/supplier-credits/"),
            ),
            MenuEntry(
                "Bills",
                "orders:bills",
                "file-dollar",
                lambda member: member.can(Area.BILLS) and not member.can(Area.PURCHASES),
                31,
            ),
            MenuEntry(
                "Receipts",
                "orders:receipts",
                "package-import",
                lambda member: member.can(GOODS_IN) and not member.can(Area.PURCHASES),
                32,
            ),
            MenuEntry(
                "Shipments",
                "orders:shipments",
                "truck-delivery",
                lambda member: member.can(GOODS_OUT) and not member.can(Area.SALES),
                33,
            ),
        ):
            register_navigation(entry)
        for order, (label, name, icon, area) in enumerate(
            (
                ("Purchase order", "purchase", "shopping-cart", Area.PURCHASES),
                ("Sales order", "sale", "receipt", Area.SALES),
                ("Invoice", "invoice", "file-invoice", Area.INVOICES),
                ("Bill", "bill", "file-dollar", Area.BILLS),
                ("Receipt", "receipt", "package-import", GOODS_IN),
                ("Quote", "quote", "file-text", Area.SALES),
                ("Credit note", "credit-note", "receipt-refund", MONEY),
                ("Payment", "payment", "cash", MONEY),
            )
        ):
            register_new(
                MenuEntry(
                    label,
                    f"orders:{name}-new",
                    icon,
                    lambda member, area=area: member.can(area, Level.EDIT),  # type: ignore[misc]
                    10 + order,
                )
            )

    def _open_to_the_network(self) -> None:
        from network.envelopes import EnvelopeKind, register_envelope_kind
        from orders.services.approvals import ANSWERED, ASKED
        from orders.services.network import (
            answers,
            changes,
            credit_notes,
            invoices,
            notices,
            orders,
        )
        from orders.services.sending import TEMPLATES, render_attachment
        from orders.services.statements import TEMPLATE as STATEMENT
        from orders.services.statements import render_statement
        from tenants.domain.permissions import Area, Level
        from tenants.services.mail import register_attachment_renderer
        from tenants.services.mail_templates import register_template
        from tenants.services.notifications import (
            NotificationKind,
            register_notification_kind,
            who_can,
        )

        for name, label, receive in (
            ("order", "Purchase order", orders.receive_order),
            ("sales_order", "Sales order", orders.receive_sales_order),
            ("invoice", "Invoice", invoices.receive_invoice),
            ("credit_note", "Credit note", credit_notes.receive_credit_note),
        ):
            register_envelope_kind(
                EnvelopeKind(
                    name,
                    label,
                    receive,
                    receipt=answers.document_receipt,
                    undelivered=answers.document_undelivered,
                )
            )
        for name, label, receive in (
            ("order_answer", "Answer to a purchase order", answers.receive_order_answer),
            ("consent", "Answer to changes", orders.receive_consent),
            ("sales_order_answer", "Answer to a sales order", orders.receive_sales_order_answer),
            ("invoice_answer", "Answer to an invoice", invoices.receive_invoice_answer),
            ("withdraw", "Taken back", answers.receive_withdraw),
            ("shipment_notice", "Shipment notice", notices.receive_shipment_notice),
        ):
            register_envelope_kind(
                EnvelopeKind(
                    name,
                    label,
                    receive,
                    receipt=answers.answer_receipt,
                    undelivered=answers.answer_undelivered,
                    answered=False,
                )
            )
        register_envelope_kind(
            EnvelopeKind(
                "change_request",
                "Request to change an order",
                changes.receive_change_request,
                receipt=changes.change_receipt,
                undelivered=changes.close_request,
                answered=False,
            )
        )
        register_envelope_kind(
            EnvelopeKind(
                "change_answer",
                "Answer to a requested change",
                changes.receive_change_answer,
                receipt=answers.answer_receipt,
                undelivered=answers.answer_undelivered,
                answered=False,
            )
        )
        register_envelope_kind(
            EnvelopeKind("opened", "Opened", answers.receive_opened, answered=False)
        )
        register_attachment_renderer("orders.document", render_attachment)
        register_attachment_renderer("orders.statement", render_statement)
        register_template(STATEMENT)
        for template in TEMPLATES:
            register_template(template)
        for kind, label, area, level, tone in (
            ("orders.received", "A purchase order arrived", Area.SALES, Level.EDIT, "attention"),
            ("orders.consent", "A buyer answered changes", Area.SALES, Level.EDIT, "info"),
            ("orders.offered", "A sales order arrived", Area.PURCHASES, Level.EDIT, "attention"),
            ("orders.answered", "A partner answered an order", Area.PURCHASES, Level.EDIT, "info"),
            ("orders.withdrawn", "A partner took a document back", Area.SALES, Level.EDIT, "info"),
            ("orders.trouble", "A document did not arrive", Area.PURCHASES, Level.EDIT, "critical"),
            ("orders.change", "A change of an accepted order", Area.SALES, Level.EDIT, "attention"),
            ("orders.shipped", "Goods are on their way", Area.PURCHASES, Level.VIEW, "info"),
            ("quotes.submitted", "A quote needs approval", Area.SALES, Level.APPROVE, "attention"),
            ("bills.credited", "A credit note arrived", Area.BILLS, Level.EDIT, "attention"),
            ("bills.received", "An invoice arrived", Area.BILLS, Level.EDIT, "attention"),
            ("invoices.answered", "A buyer answered an invoice", Area.INVOICES, Level.EDIT, "info"),
        ):
            register_notification_kind(NotificationKind(kind, label, who_can(area, level), tone))
        for kind, label, tone in (
            (ASKED, "A colleague asks for approval", "attention"),
            (ANSWERED, "A colleague answered your request", "info"),
        ):
            register_notification_kind(NotificationKind(kind, label, lambda _rights: True, tone))
