"""Addresses of the platform's pages."""

from django.urls import path

from tenants.views import organisation, settings

app_name = "tenants"
urlpatterns = [
    path("", organisation.home, name="home"),
    path("organisations/new/", organisation.found, name="found"),
    path("organisations/switch/", organisation.switch, name="switch"),
    path("appearance/", organisation.appearance, name="appearance"),
    path("help/", organisation.help_page, name="help"),
    path("search/", settings.search, name="search"),
    path("settings/", settings.settings_home, name="settings"),
    path("settings/company/", settings.company, name="company"),
]
