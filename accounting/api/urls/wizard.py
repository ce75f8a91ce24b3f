"""Addresses of the API of connecting."""

from django.urls import URLPattern

PATTERNS: list[URLPattern] = []
