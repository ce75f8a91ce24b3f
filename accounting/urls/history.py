"""Addresses of sync history, preview, reconciliation."""

from django.urls import URLPattern

PATTERNS: list[URLPattern] = []
