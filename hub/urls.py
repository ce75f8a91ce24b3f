"""Every address of Wharf; each app brings its own."""

from django.urls import include, path

urlpatterns = [
    path("", include("hub.ui.urls")),
    path("", include("tenants.urls")),
    path("", include("ledger.urls")),
    path("", include("network.urls")),
    path("", include("inventory.urls")),
    path("", include("orders.urls")),
    path("", include("accounting.urls")),
    path("accounts/", include("allauth.urls")),
    path("api/", include("hub.api_urls")),
]

handler400 = "hub.api_errors.bad_request"
handler404 = "hub.api_errors.not_found"
handler500 = "hub.api_errors.server_error"
