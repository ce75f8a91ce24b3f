"""Addresses of the connect wizard."""

from django.urls import URLPattern

PATTERNS: list[URLPattern] = []
