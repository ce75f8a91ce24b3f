"""Addresses of the API; each app brings its resources."""

from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerView

urlpatterns = [
    path("schema/", SpectacularAPIView.as_view(), name="api-schema"),
    path("docs/", SpectacularSwaggerView.as_view(url_name="api-schema"), name="api-docs"),
    path("v1/", include("tenants.api_urls")),
    path("v1/", include("ledger.api_urls")),
    path("v1/", include("network.api_urls")),
    path("v1/", include("inventory.api_urls")),
    path("v1/", include("orders.api_urls")),
    path("v1/", include("accounting.api_urls")),
]
