from collections.abc import Callable
from typing import TYPE_CHECKING

from django.apps import AppConfig

if TYPE_CHECKING:
    from tenants.domain.permissions import Area
    from tenants.selectors import MembershipInForce


def _sees(area: "Area") -> Callable[["MembershipInForce"], bool]:
    return lambda member: member.can(area)


class TenantsConfig(AppConfig):
    name = "tenants"
    verbose_name = "Platform"

    def ready(self) -> None:
        from tenants import checks  # noqa: F401 - registers the boundary's system check
        from tenants.jobs import register_job_kind
        from tenants.services.mail import MAIL_KIND

        register_job_kind(MAIL_KIND)
        self._fill_menus()

    def _fill_menus(self) -> None:
        from tenants.domain.permissions import Area
        from tenants.shell import MenuEntry, register_navigation, register_settings

        register_navigation(
            MenuEntry("Settings", "tenants:settings", "settings", lambda _member: True, 900)
        )
        register_settings(
            "Company",
            MenuEntry(
                "Company settings",
                "tenants:company",
                "building",
                lambda member: member.can(Area.COMPANY),
                10,
            ),
        )
        for label, url_name, icon, area, order in (
            ("Users and roles", "tenants:users", "users", Area.USERS, 200),
        ):
            register_settings(
                "People and access",
                MenuEntry(label, url_name, icon, _sees(area), order),
            )
