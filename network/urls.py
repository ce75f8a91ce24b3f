"""Addresses of the pages of contacts and the network."""

from django.urls import path

from network.views import automations, connections, contacts, envelopes, inviting

PAGE = "settings/company/network/"

app_name = "network"
urlpatterns = [
    path(PAGE, connections.connection_list, name="connections"),
    path(f"{PAGE}key/replace/", connections.replace, name="replace_key"),
    path(f"{PAGE}invite/", inviting.invite, name="invite"),
    path(f"{PAGE}add/", inviting.add, name="add"),
    path(f"{PAGE}<uuid:connection_id>/", connections.connection, name="connection"),
    path(f"{PAGE}<uuid:connection_id>/again/", connections.again, name="invite_again"),
    path(f"{PAGE}<uuid:connection_id>/withdraw/", connections.withdraw, name="withdraw"),
    path(f"{PAGE}<uuid:connection_id>/accept/", connections.accept, name="accept"),
    path(f"{PAGE}<uuid:connection_id>/refuse/", connections.refuse, name="refuse"),
    path(f"{PAGE}<uuid:connection_id>/remove/", connections.remove, name="remove"),
    path("network/envelopes/", envelopes.envelope_list, name="envelopes"),
    path("network/envelopes/<uuid:envelope_id>/", envelopes.envelope, name="envelope"),
    path("network/envelopes/<uuid:envelope_id>/again/", envelopes.again, name="send_again"),
    path("settings/automations/", automations.automations, name="automations"),
    path("settings/automations/<uuid:connection_id>/", automations.override, name="override"),
    path("settings/automations/<uuid:connection_id>/ask/", automations.ask, name="ask"),
    path("contacts/", contacts.contact_list, name="contacts"),
    path("contacts/lookup/", contacts.contact_lookup, name="contact_lookup"),
    path("contacts/new/", contacts.create, name="contact_new"),
    path("contacts/<uuid:contact_id>/", contacts.contact, name="contact"),
    path("contacts/<uuid:contact_id>/edit/", contacts.change, name="contact_change"),
    path("contacts/<uuid:contact_id>/archive/", contacts.archive, name="contact_archive"),
    path("contacts/<uuid:contact_id>/restore/", contacts.restore, name="contact_restore"),
]
