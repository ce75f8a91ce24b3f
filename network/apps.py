from django.apps import AppConfig


class NetworkConfig(AppConfig):
    name = "network"
    verbose_name = "Trading network"

    def ready(self) -> None:
        from network.envelopes import register_envelope_kind
        from network.services import automations, courier, handshake, keys, removal
        from tenants.domain.permissions import Special
        from tenants.jobs import register_job_kind
        from tenants.services.notifications import (
            NotificationKind,
            register_notification_kind,
            who_has,
        )
        from tenants.services.organisations import register_founder

        register_job_kind(courier.DELIVER_KIND)
        register_founder(keys.lay_down_key)
        register_founder(automations.lay_down_automations)
        for kind in (
            handshake.CONNECT_KIND,
            handshake.CONNECT_ANSWER_KIND,
            removal.DISCONNECT_KIND,
            automations.SWITCH_KIND,
            automations.ASK_KIND,
        ):
            register_envelope_kind(kind)
        admins = who_has(Special.NETWORK_PAGE)
        for name, label, tone in (
            ("network.connected", "A partner is connected", "success"),
            ("network.wants", "Somebody wants to connect", "attention"),
            ("network.refused", "A partner did not accept", "critical"),
            ("network.removed", "A partner removed the connection", "critical"),
        ):
            register_notification_kind(NotificationKind(name, label, admins, tone))
        register_notification_kind(
            NotificationKind(
                "automations.asked",
                "A partner asks for an automation",
                who_has(Special.AUTOMATIONS),
                "attention",
            )
        )
        self._fill_menus()

    def _fill_menus(self) -> None:
        from tenants.domain.permissions import Special
        from tenants.shell import MenuEntry, register_settings

        register_settings(
            "Company",
            MenuEntry(
                "Trading network",
                "network:connections",
                "affiliate",
                lambda member: member.has(Special.NETWORK_PAGE),
                20,
            ),
        )
