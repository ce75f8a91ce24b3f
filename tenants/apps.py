from collections.abc import Callable
from typing import TYPE_CHECKING

from django.apps import AppConfig

if TYPE_CHECKING:
    from tenants.domain.permissions import Area
    from tenants.selectors import MembershipInForce


def _sees(area: "Area") -> Callable[["MembershipInForce"], bool]:
    return lambda member: member.can(area)


def _gives_keys(member: "MembershipInForce") -> bool:
    from tenants.domain.permissions import Area, Level

    return member.can(Area.USERS, Level.APPROVE)


def _imports_something(member: "MembershipInForce") -> bool:
    from tenants.domain.permissions import Level
    from tenants.imports.kinds import import_kinds

    return any(member.can(kind.area, Level.EDIT) for kind in import_kinds())


def _anybody(_member: "MembershipInForce") -> bool:
    return True


class TenantsConfig(AppConfig):
    name = "tenants"
    verbose_name = "Platform"

    def ready(self) -> None:
        from hub.secrets import register_sealed
        from hub.ui.shelf import register_list_keeper
        from tenants import checks  # noqa: F401 - registers the boundary's system check
        from tenants.accounts import SECOND_FACTORS
        from tenants.jobs import JobKind, register_job_kind
        from tenants.list_keeper import Keeper
        from tenants.services.comments import MENTIONED
        from tenants.services.imports import APPLY_JOB, CHECK_JOB, give_up, run_apply, run_check
        from tenants.services.list_exports import (
            EXPORT_JOB,
            FORGET_JOB,
            READY,
            run_export,
            run_forget,
        )
        from tenants.services.mail import MAIL_KIND, SEALED
        from tenants.services.notifications import NotificationKind, register_notification_kind

        register_job_kind(MAIL_KIND)
        register_job_kind(JobKind(CHECK_JOB, "bulk", run_check, 5, give_up))
        register_job_kind(JobKind(APPLY_JOB, "bulk", run_apply, 5, give_up))
        register_job_kind(JobKind(EXPORT_JOB, "bulk", run_export, 5))
        register_job_kind(JobKind(FORGET_JOB, "bulk", run_forget))
        register_list_keeper(Keeper())
        register_sealed(SECOND_FACTORS)
        register_sealed(SEALED)
        register_notification_kind(
            NotificationKind(MENTIONED, "Somebody mentions you", lambda _rights: True)
        )
        register_notification_kind(
            NotificationKind(READY, "A file that you asked for is ready", lambda _rights: True)
        )
        self._fill_menus()
        self._name_lists()

    def _name_lists(self) -> None:
        from tenants.domain.permissions import Area
        from tenants.listings import ACTIVITY
        from tenants.lists import ListSource, register_list
        from tenants.models import Activity

        register_list(
            ListSource(
                ACTIVITY.key,
                "Audit report",
                "tenants:activity",
                lambda _member, _params: (ACTIVITY, Activity.objects.all()),
                Area.ACTIVITY,
            )
        )

    def _fill_menus(self) -> None:
        from tenants.domain.permissions import Area
        from tenants.links import register_object_link
        from tenants.shell import MenuEntry, register_navigation, register_settings

        register_navigation(MenuEntry("Settings", "tenants:settings", "settings", _anybody, 900))
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
        register_settings(
            "Company",
            MenuEntry(
                "E-mail texts",
                "tenants:mail_texts",
                "mail-cog",
                lambda member: member.can(Area.COMPANY),
                12,
            ),
        )
        register_settings(
            "Company",
            MenuEntry(
                "Logo on documents",
                "tenants:logo",
                "photo",
                lambda member: member.can(Area.COMPANY),
                11,
            ),
        )
        access = "People and access"
        for object_type, url_name in (
            ("membership", "tenants:user"),
            ("role", "tenants:role"),
            ("job", "tenants:job"),
            ("mailinglist", "tenants:mailing_list"),
            ("import", "tenants:import"),
        ):
            register_object_link(object_type, url_name)
        for group, entry in (
            (
                access,
                MenuEntry("Users and roles", "tenants:users", "users", _sees(Area.USERS), 200),
            ),
            (
                "Company",
                MenuEntry("Imports", "tenants:imports", "table-import", _imports_something, 40),
            ),
            (access, MenuEntry("API keys", "tenants:api_keys", "key", _gives_keys, 210)),
            (
                access,
                MenuEntry("Audit report", "tenants:activity", "history", _sees(Area.ACTIVITY), 220),
            ),
            (
                "Company",
                MenuEntry("Attributes", "tenants:attributes", "tags", _sees(Area.COMPANY), 35),
            ),
            (
                "Company",
                MenuEntry(
                    "Mailing lists", "tenants:mailing_lists", "mail", _sees(Area.COMPANY), 30
                ),
            ),
            (
                "You",
                MenuEntry("Notification preferences", "tenants:preferences", "bell", _anybody, 300),
            ),
            ("You", MenuEntry("Jobs", "tenants:jobs", "progress", _anybody, 310)),
            ("You", MenuEntry("Saved views", "tenants:saved_views", "bookmark", _anybody, 320)),
        ):
            register_settings(group, entry)
