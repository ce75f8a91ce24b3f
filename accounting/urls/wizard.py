"""Addresses of the connect wizard, the migration, the mapping under Settings, and ending it."""

from django.urls import URLPattern, path

from accounting.domain.wizard import MAPPED, WizardStep
from accounting.views import consent, ending, later, migration, wizard, wizard_mapping

BASE = "integrations/quickbooks"


def _steps() -> list[URLPattern]:
    found = []
    for step in WizardStep:
        place = f"{BASE}/wizard/{step.value}/"
        name = f"wizard_{step.value}"
        found.append(path(place, wizard.step_view(step), name=name))
        kind = MAPPED.get(step, "company" if step == WizardStep.MODE else "")
        back = f"accounting:{name}"
        if kind:
            view = wizard_mapping.reload_view(kind, back)
            found.append(path(f"{place}reload/", view, name=f"{name}_reload"))
        if step in MAPPED:
            verb = wizard_mapping.VERBS[kind]
            create = wizard_mapping.create_view(kind, back)
            off = wizard_mapping.off_view(kind, back)
            found += [
                path(f"{place}create/", create, name=f"{name}_create"),
                path(f"{place}{verb}/", off, name=f"{name}_{verb}"),
            ]
    delete = f"{BASE}/wizard/accounts/delete/"
    again = f"{BASE}/wizard/data/again/"
    return [
        *found,
        path(delete, wizard_mapping.delete_archived, name="wizard_accounts_delete"),
        path(again, wizard.go_on_deleting, name="wizard_data_again"),
    ]


def _mapping() -> list[URLPattern]:
    here = "settings/account-mapping/"
    found = [path(here, wizard_mapping.settings_mapping, name="mapping")]
    for kind in wizard_mapping.NOUNS:
        back = "accounting:mapping"
        found += [
            path(
                f"{here}{kind}/reload/",
                wizard_mapping.reload_view(kind, back),
                name=f"mapping_{kind}_reload",
            ),
            path(
                f"{here}{kind}/create/",
                wizard_mapping.create_view(kind, back),
                name=f"mapping_{kind}_create",
            ),
        ]
    return found


PATTERNS: list[URLPattern] = [
    path(f"{BASE}/connect/", consent.before, name="connect"),
    path(f"{BASE}/callback/", consent.callback, name="callback"),
    path(f"{BASE}/wizard/", wizard.here, name="wizard"),
    *_steps(),
    path(f"{BASE}/migration/", migration.page, name="migration"),
    path(f"{BASE}/migration/back/", migration.back, name="migration_back"),
    path(f"{BASE}/migration/again/", migration.again, name="migration_again"),
    path(f"{BASE}/opening-balances/", later.later_view("opening"), name="opening_import"),
    path(f"{BASE}/stock-on-hand/", later.later_view("stock"), name="stock_import"),
    path(f"{BASE}/disable/", ending.disable_page, name="disable"),
    path(f"{BASE}/change-organisation/", ending.change_page, name="change_organisation"),
    path(f"{BASE}/launch/", ending.launch, name="launch"),
    path(f"{BASE}/disconnected/", ending.disconnected, name="disconnected"),
    *_mapping(),
]
