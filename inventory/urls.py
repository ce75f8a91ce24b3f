"""Addresses of the pages of products and partners' codes."""

from django.urls import path

from inventory.views import codes, products

app_name = "inventory"
urlpatterns = [
    path("products/", products.product_list, name="products"),
    path("products/lookup/", products.product_lookup, name="product_lookup"),
    path("products/new/", products.create, name="product_new"),
    path("products/<uuid:product_id>/", products.product, name="product"),
    path("products/<uuid:product_id>/edit/", products.change, name="product_change"),
    path("products/<uuid:product_id>/archive/", products.archive, name="product_archive"),
    path("products/<uuid:product_id>/codes/", codes.add_code, name="code_add"),
    path("products/codes/<uuid:mapping_id>/remove/", codes.forget, name="code_forget"),
    path("contacts/<uuid:contact_id>/products/", codes.mapping, name="mapping"),
]
