"""Addresses of the API of sync runs and documents."""

from django.urls import URLPattern

PATTERNS: list[URLPattern] = []
