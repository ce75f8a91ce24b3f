from dataclasses import replace
from typing import TYPE_CHECKING

from django.apps import AppConfig

if TYPE_CHECKING:
    from tenants.selectors import MembershipInForce


class NetworkConfig(AppConfig):
    name = "network"
    verbose_name = "Trading network"

    def ready(self) -> None:
        from network.services.contact_import import CONTACTS
        from tenants.imports.kinds import register_import

        register_import(CONTACTS)

        from hub.secrets import register_sealed
        from network.envelopes import register_envelope_kind
        from network.services import automations, courier, handshake, invitations, keys, removal
        from tenants.domain.permissions import Special
        from tenants.jobs import register_job_kind
        from tenants.services.mail import register_mail_failure
        from tenants.services.mail_templates import register_template
        from tenants.services.notifications import (
            NotificationKind,
            register_notification_kind,
            who_has,
        )
        from tenants.services.organisations import register_founder

        register_job_kind(courier.DELIVER_KIND)
        register_sealed(keys.SEALED)
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
            ("network.bounced", "An invitation did not arrive", "critical"),
            ("network.refused", "A partner did not accept", "critical"),
            ("network.removed", "A partner removed the connection", "critical"),
        ):
            register_notification_kind(NotificationKind(name, label, admins, tone))
        register_template(invitations.TEMPLATE)
        register_mail_failure("connection", invitations.mark_bounced)
        register_notification_kind(
            NotificationKind(
                "automations.asked",
                "A partner asks for an automation",
                who_has(Special.AUTOMATIONS),
                "attention",
            )
        )
        self._fill_menus()
        self._name_lists()

    def _name_lists(self) -> None:
        from network.contact_list import CONTACTS
        from network.listings import ENVELOPES
        from network.models import Contact
        from network.selectors import envelopes
        from network.services.contacts import ATTRIBUTE_FIELDS
        from tenants.attribute_columns import with_attributes
        from tenants.domain.permissions import Area, Special
        from tenants.lists import ListSource, register_list

        register_list(
            ListSource(
                CONTACTS.key,
                "Contacts",
                "network:contacts",
                lambda _member, _params: (
                    with_attributes(CONTACTS, ATTRIBUTE_FIELDS),
                    Contact.objects.all(),
                ),
                Area.CONTACTS,
            )
        )
        register_list(
            ListSource(
                ENVELOPES.key,
                "Network history",
                "network:envelopes",
                lambda _member, _params: (ENVELOPES, envelopes()),
                special=Special.NETWORK_PAGE,
            )
        )

    def _fill_menus(self) -> None:
        from network.contact_list import find_contacts
        from tenants.domain.permissions import Area, Level, Special
        from tenants.links import register_object_link
        from tenants.search import SearchGroup, register_search
        from tenants.shell import (
            MenuEntry,
            register_navigation,
            register_new,
            register_settings,
        )

        def sees(member: "MembershipInForce") -> bool:
            return member.can(Area.CONTACTS)

        def edits(member: "MembershipInForce") -> bool:
            return member.can(Area.CONTACTS, Level.EDIT)

        def connects(member: "MembershipInForce") -> bool:
            return member.has(Special.NETWORK_PAGE)

        def automates(member: "MembershipInForce") -> bool:
            return member.has(Special.AUTOMATIONS)

        register_navigation(
            MenuEntry("Contacts", "network:contacts", "address-book", sees, 500, "c")
        )
        register_new(MenuEntry("Contact", "network:contact_new", "address-book", edits, 500))
        page = MenuEntry("Trading network", "network:connections", "affiliate", connects, 600)
        register_navigation(replace(page, prefixes=("/network/",)))
        register_settings("Company", replace(page, order=20))
        register_settings(
            "Trade",
            MenuEntry("Automations", "network:automations", "bolt", automates, 100),
        )
        register_object_link("contact", "network:contact")
        register_object_link("connection", "network:connection")
        register_search(SearchGroup("Contacts", "address-book", sees, find_contacts, 50))
