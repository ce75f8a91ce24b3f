"""Addresses of the example pages; they answer only while developing and in the demo."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
