from django.apps import AppConfig


class AccountingConfig(AppConfig):
    name = "accounting"

    def ready(self) -> None:
        from accounting.wiring import inbound, pages, wizard

        wizard.register()
        inbound.register()
        pages.register()
        self._start_engine()

    def _start_engine(self) -> None:
        from accounting.engine.provider import register_provider
        from accounting.engine.running import give_up, run_sync
        from accounting.engine.sheets import LAST, THERE
        from accounting.engine.work import SYNC_JOB
        from accounting.quickbooks.provider import QUICKBOOKS
        from hub.secrets import SealedColumn, register_sealed
        from tenants.jobs import JobKind, register_job_kind

        register_sealed(SealedColumn("accounting.tokens", "accounting.Connection", "tokens"))
        register_sealed(SealedColumn("accounting.exchange", "accounting.Exchange", "body"))
        register_sealed(SealedColumn("accounting.change", "accounting.RemoteChange", "body"))
        for field, column in ((LAST, "synced_sheet"), (THERE, "there_sheet")):
            register_sealed(SealedColumn(field, "accounting.SyncDocument", column))
        register_job_kind(JobKind(SYNC_JOB, "sync", run_sync, exhausted=give_up))
        register_provider(QUICKBOOKS)
