"""Behaviours that nobody has verified at Xero: their defaults, and what they change."""

from sandbox.common.sandbox import Switch

SWITCHES = {
    "limit_minute": Switch(60, "Requests a minute to one organisation."),
    "limit_day": Switch(0, "Requests a day to one organisation; 0: what the app's tier has."),
    "limit_app_minute": Switch(10_000, "Requests a minute of one app."),
    "limit_concurrent": Switch(5, "Requests at once to one organisation."),
    "uncertified_apps": Switch(2, "Apps that are not certified in one organisation."),
    "most_elements": Switch(2_000, "Elements in one body; Xero documents no cap."),
    "idempotency_seconds": Switch(360, "How long the answer to an Idempotency-Key is kept."),
    "unknown_tracking_refused": Switch(
        False, "An unknown tracking option refuses the line; else it is dropped with a warning."
    ),
    "batch_delete": Switch(True, "Batch payments can be deleted."),
    "reconciled_payment_delete": Switch(False, "Payments that are reconciled can be deleted."),
    "negative_totals": Switch(False, "Documents may come to less than zero."),
    "zero_total_is_paid": Switch(True, "An approved document of 0.00 is PAID at once."),
    "put_contact_updates": Switch(
        False, "PUT of a contact with a name that is there updates that contact."
    ),
    "unknown_journal_account_refused": Switch(
        False, "An unknown account refuses a manual journal; else its line is removed."
    ),
    "date_strings": Switch(
        False, "Documents have DateString and DueDateString, which the OpenAPI file lacks."
    ),
    "key_with_other_body_refused": Switch(
        True, "An Idempotency-Key with another request is refused; else the first answer comes."
    ),
    "word_appminute": Switch("appminute", "X-Rate-Limit-Problem of the app's minute."),
    "word_concurrent": Switch("concurrent", "X-Rate-Limit-Problem of too many at once."),
    "batch_order": Switch("kept", "Elements are answered in the order `kept` or `reversed`."),
    "contact_names_any_case": Switch(
        True, "Names of contacts are unique in any case; else ADA and Ada are two."
    ),
    "rate_is_base_units": Switch(
        False, "CurrencyRate is base units for one of the document's currency; else the inverse."
    ),
    "most_attachments": Switch(10, "Attachments of one document."),
    "longest_note": Switch(450, "Characters of a line of history."),
    "payment_is_invoice_event": Switch(True, "A payment is an INVOICE UPDATE for webhooks."),
}
