"""Hooks of the pages: navigation, settings, panels, lists, notifications, the timetable."""


def register() -> None:
    """Called from `AppConfig.ready`."""
    _fill_menus()
    _name_lists()
    _follow_the_company()
    _keep_time()
    _tell()


def _follow_the_company() -> None:
    from accounting.services.company_details import followed
    from tenants.company_sources import register_company_source

    register_company_source(followed)


def _tell() -> None:
    from accounting.services.alerts import ALERT
    from tenants.domain.permissions import Special
    from tenants.services.notifications import (
        NotificationKind,
        register_notification_kind,
        who_has,
    )

    register_notification_kind(
        NotificationKind(
            ALERT,
            "A sync with the accounting system met errors",
            who_has(Special.QUICKBOOKS),
            "attention",
        )
    )


def _fill_menus() -> None:
    from accounting.presenters.cautions import cautions
    from accounting.presenters.document_panel import contact_panel, panels
    from accounting.presenters.watch import needing, watch
    from network.contact_panels import register_contact_panel
    from tenants.domain.permissions import Special
    from tenants.links import register_object_link
    from tenants.panels import register_cautions, register_object_panels
    from tenants.shell import MenuEntry, register_navigation
    from tenants.watches import register_watch

    register_watch(watch())
    register_navigation(
        MenuEntry(
            "Integrations",
            "accounting:gallery",
            "plug-connected",
            lambda member: member.has(Special.QUICKBOOKS),
            700,
            count=needing,
            counted="need attention",
        )
    )
    register_object_panels(panels)
    register_cautions(cautions)
    register_contact_panel(contact_panel)
    register_object_link("syncdocument", "accounting:history_entry")


def _name_lists() -> None:
    from accounting.listings.history import SOURCES
    from accounting.listings.marks import with_sync
    from tenants.lists import register_list, register_list_extension

    register_list_extension(with_sync)
    for source in SOURCES:
        register_list(source)


def _keep_time() -> None:
    from accounting.services.autosync import AUTOSYNC_JOB, plan_after_failure, run_window
    from accounting.services.history_export import HISTORY_JOB, run_export
    from accounting.services.preview import PREVIEW_JOB, run_preview
    from tenants.jobs import JobKind, register_job_kind

    register_job_kind(JobKind(PREVIEW_JOB, "sync", run_preview))
    register_job_kind(JobKind(HISTORY_JOB, "sync", run_export))
    register_job_kind(JobKind(AUTOSYNC_JOB, "sync", run_window, exhausted=plan_after_failure))
