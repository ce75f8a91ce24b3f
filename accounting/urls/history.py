"""Addresses of sync history, preview, reconciliation."""

from django.urls import URLPattern, path

from accounting.views import conflicts, history, matching, preview, reconciliation

HERE = "integrations/quickbooks/"
ENTRY = f"{HERE}history/<uuid:document_id>/"

PATTERNS: list[URLPattern] = [
    path(f"{HERE}history/", history.history, name="history"),
    path(f"{HERE}history/retry/", history.retry_all, name="history_retry_all"),
    path(ENTRY, history.entry, name="history_entry"),
    path(f"{ENTRY}retry/", history.retry, name="history_retry"),
    path(f"{ENTRY}skip/", history.skip, name="history_skip"),
    path(f"{ENTRY}unskip/", history.unskip, name="history_unskip"),
    path(f"{ENTRY}resend/", history.resend, name="history_resend"),
    path(f"{ENTRY}keep/", conflicts.keep, name="history_keep"),
    path(f"{ENTRY}take/", conflicts.take, name="history_take"),
    path(f"{ENTRY}leave/", conflicts.leave, name="history_leave"),
    path(f"{ENTRY}compare/", conflicts.again, name="history_compare"),
    path(f"{ENTRY}match/", matching.match, name="history_match"),
    path(f"{HERE}preview/", preview.preview, name="preview"),
    path(f"{HERE}preview/begin/", preview.begin, name="preview_begin"),
    path(f"{HERE}reconciliation/", reconciliation.reconciliation, name="reconciliation"),
    path(f"{HERE}reconciliation/account/", reconciliation.detail, name="reconciliation_detail"),
    path(f"{HERE}exchanges/<uuid:exchange_id>/", history.exchange, name="exchange"),
    path(f"{HERE}runs/", history.runs, name="runs"),
    path(f"{HERE}runs/<uuid:run_id>/", history.run, name="run"),
    path(f"{HERE}incoming/", history.incoming, name="incoming"),
    path(f"{HERE}incoming/<uuid:change_id>/", history.incoming_change, name="incoming_change"),
    path(
        f"{HERE}incoming/<uuid:change_id>/dismiss/",
        history.incoming_dismiss,
        name="incoming_dismiss",
    ),
]
