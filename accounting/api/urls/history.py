"""Addresses of the API of sync runs and documents."""

from django.urls import URLPattern, path

from accounting.api import conflicts, history

DOCUMENT = "sync-documents/<uuid:id>"

PATTERNS: list[URLPattern] = [
    path("sync-runs", history.RunsView.as_view()),
    path("sync-runs/<uuid:id>", history.RunView.as_view()),
    path("sync-documents", history.SyncDocumentsView.as_view()),
    path("sync-documents/retry", history.RetryAllView.as_view()),
    path("sync-documents/waiting", history.WaitingView.as_view()),
    path(DOCUMENT, history.SyncDocumentView.as_view()),
    path(f"{DOCUMENT}/exchange", history.ExchangeView.as_view()),
    path(f"{DOCUMENT}/retry", history.RetryView.as_view()),
    path(f"{DOCUMENT}/skip", history.skip),
    path(f"{DOCUMENT}/unskip", history.unskip),
    path(f"{DOCUMENT}/resend", history.resend),
    path(f"{DOCUMENT}/match", history.MatchView.as_view()),
    path(f"{DOCUMENT}/keep-ours", conflicts.KeepOursView.as_view()),
    path(f"{DOCUMENT}/take-theirs", conflicts.TakeTheirsView.as_view()),
    path(f"{DOCUMENT}/leave-theirs", conflicts.LeaveTheirsView.as_view()),
    path(f"{DOCUMENT}/conflict", conflicts.CompareView.as_view()),
]
