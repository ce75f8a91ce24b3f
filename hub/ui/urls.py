"""Addresses of the example pages; they answer only while developing and in the demo."""

from django.urls import path

from hub.ui import views

urlpatterns = [
    path("_ui/", views.components, name="ui_components"),
    path("_ui/list/", views.listing, name="ui_list"),
    path("_ui/document/", views.document, name="ui_document"),
    path("_ui/form/", views.form, name="ui_form"),
    path("_ui/lines/", views.lines, name="ui_lines"),
    path("_ui/lookup/", views.lookup, name="ui_lookup"),
    path("_ui/mail/", views.mail, name="ui_mail"),
    path("_ui/diff/", views.diff, name="ui_diff"),
    path("_ui/job/", views.job, name="ui_job"),
    path("_ui/confirm/", views.confirm, name="ui_confirm"),
]
