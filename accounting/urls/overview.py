"""Addresses of the gallery, the integration page and its settings."""

from django.urls import URLPattern

PATTERNS: list[URLPattern] = []
