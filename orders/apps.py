from django.apps import AppConfig


class OrdersConfig(AppConfig):
    name = "orders"

    def ready(self) -> None:
        from network.envelopes import EnvelopeKind, register_envelope_kind
        from orders.services.network import answers, invoices, orders
        from orders.services.sending import render_attachment
        from tenants.domain.permissions import Area, Level
        from tenants.services.mail import register_attachment_renderer
        from tenants.services.notifications import (
            NotificationKind,
            register_notification_kind,
            who_can,
        )

        for name, label, receive in (
            ("order", "Purchase order", orders.receive_order),
            ("sales_order", "Sales order", orders.receive_sales_order),
            ("invoice", "Invoice", invoices.receive_invoice),
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
        ):
            register_envelope_kind(
                EnvelopeKind(
                    name,
                    label,
                    receive,
                    receipt=answers.answer_receipt,
                    undelivered=answers.answer_undelivered,
                )
            )
        register_envelope_kind(EnvelopeKind("opened", "Opened", answers.receive_opened))
        register_attachment_renderer("orders.document", render_attachment)
        for kind, label, area, level, tone in (
            ("orders.received", "A purchase order arrived", Area.SALES, Level.EDIT, "attention"),
            ("orders.consent", "A buyer answered changes", Area.SALES, Level.EDIT, "info"),
            ("orders.offered", "A sales order arrived", Area.PURCHASES, Level.EDIT, "attention"),
            ("orders.answered", "A partner answered an order", Area.PURCHASES, Level.EDIT, "info"),
            ("orders.withdrawn", "A partner took a document back", Area.SALES, Level.EDIT, "info"),
            ("orders.trouble", "A document did not arrive", Area.PURCHASES, Level.EDIT, "critical"),
            ("bills.received", "An invoice arrived", Area.BILLS, Level.EDIT, "attention"),
            ("invoices.answered", "A buyer answered an invoice", Area.INVOICES, Level.EDIT, "info"),
        ):
            register_notification_kind(NotificationKind(kind, label, who_can(area, level), tone))
