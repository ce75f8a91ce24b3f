from django.apps import AppConfig


class TenantsConfig(AppConfig):
    name = "tenants"
    verbose_name = "Platform"

    def ready(self) -> None:
        from tenants import checks  # noqa: F401 - registers the boundary's system check
        from tenants.jobs import register_job_kind
        from tenants.services.mail import MAIL_KIND

        register_job_kind(MAIL_KIND)
