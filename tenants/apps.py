from django.apps import AppConfig


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
