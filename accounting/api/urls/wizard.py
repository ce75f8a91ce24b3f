"""Addresses of the API of connecting."""

from django.urls import URLPattern, path

from accounting.api import wizard
from accounting.domain.wizard import WizardStep

BASE = "integrations/quickbooks"
KINDS = {"accounts": "account", "tax-rules": "tax", "terms": "term"}


def _steps() -> list[URLPattern]:
    return [
        path(f"{BASE}/wizard/{step.value}", wizard.step_view(step), name=f"wizard_{step.value}")
        for step in WizardStep
    ]


def _mappings() -> list[URLPattern]:
    found = []
    for words, kind in KINDS.items():
        place = f"{BASE}/mapping/{words}"
        found += [
            path(place, wizard.mapping_view(kind), name=f"mapping_{kind}"),
            path(f"{place}/reload", wizard.reload_view(kind), name=f"mapping_{kind}_reload"),
            path(f"{place}/create", wizard.create_view(kind), name=f"mapping_{kind}_create"),
            path(f"{place}/create-missing", wizard.create_missing_view(kind)),
        ]
        if kind != "account":
            off = wizard.off_view(kind)
            found.append(path(f"{place}/switch-off", off, name=f"mapping_{kind}_off"))
    return found


PATTERNS: list[URLPattern] = [
    path(f"{BASE}/connect", wizard.ConnectView.as_view()),
    path(f"{BASE}/company/reload", wizard.reload_view("company")),
    *_steps(),
    *_mappings(),
    path(f"{BASE}/migration", wizard.MigrationView.as_view()),
    path(f"{BASE}/migration/again", wizard.migration_verb("again")),
    path(f"{BASE}/migration/back", wizard.migration_verb("back")),
    path(f"{BASE}/opening-balances", wizard.later_view("opening")),
    path(f"{BASE}/stock-on-hand", wizard.later_view("stock")),
    path(f"{BASE}/disable", wizard.ending_view("disable")),
    path(f"{BASE}/change-organisation", wizard.ending_view("change_organisation")),
]
