"""Addresses of the platform's pages."""

from django.urls import URLPattern

app_name = "tenants"
urlpatterns: list[URLPattern] = []
