from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "ledger"

    def ready(self) -> None:
        from ledger.services.reference_lists import lay_down_reference_lists
        from tenants.services.organisations import register_founder

        register_founder(lay_down_reference_lists)
