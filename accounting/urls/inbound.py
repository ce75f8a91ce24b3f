"""Addresses of what providers call: webhooks, launch and disconnect."""

from django.urls import URLPattern

PATTERNS: list[URLPattern] = []
