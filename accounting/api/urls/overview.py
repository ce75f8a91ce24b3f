"""Addresses of the API of the integration and its settings."""

from django.urls import URLPattern

PATTERNS: list[URLPattern] = []
