"""Every address of Wharf; each app brings its own."""

from django.urls import include, path

urlpatterns = [
    path("", include("hub.ui.urls")),
    path("", include("tenants.urls")),
    path("", include("ledger.urls")),
    path("", include("network.urls")),
    path("", include("inventory.urls")),
    path("", include("orders.urls")),
    path("accounts/", include("allauth.urls")),
    path("api/", include("hub.api_urls")),
]
