"""Addresses of products and the cross-reference."""

from django.urls import path

from inventory import api

urlpatterns = [
    path("products", api.ProductsView.as_view()),
    path("products/<uuid:id>", api.ProductView.as_view()),
    path("product-codes", api.MappingsView.as_view()),
    path("product-codes/<uuid:id>", api.MappingView.as_view()),
]
