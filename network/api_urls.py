"""Addresses of the network's resources."""

from django.urls import path

from network.api import connections, contacts

urlpatterns = [
    path("contacts", contacts.ContactsView.as_view()),
    path("contacts/<uuid:id>", contacts.ContactView.as_view()),
    path("contacts/<uuid:id>/archive", contacts.contact_archive),
    path("contacts/<uuid:id>/restore", contacts.contact_restore),
    path("network/key", connections.KeyView.as_view()),
    path("network/key/replace", connections.KeyReplaceView.as_view()),
    path("network/invitations", connections.InvitationsView.as_view()),
    path("network/connections", connections.ConnectionsView.as_view()),
    path("network/connections/<uuid:id>", connections.ConnectionView.as_view()),
    path("network/connections/<uuid:id>/accept", connections.accept),
    path("network/connections/<uuid:id>/refuse", connections.refuse),
    path("network/connections/<uuid:id>/remove", connections.remove),
    path("network/connections/<uuid:id>/invite-again", connections.again),
    path("network/connections/<uuid:id>/withdraw", connections.withdraw),
    path("network/envelopes", connections.EnvelopesView.as_view()),
    path("network/envelopes/<uuid:id>", connections.EnvelopeView.as_view()),
    path("network/envelopes/<uuid:id>/send", connections.envelope_send),
    path("automations", connections.AutomationsView.as_view()),
    path("automations/connections", connections.ConnectionAutomationsView.as_view()),
    path("automations/connections/<uuid:id>", connections.ConnectionAutomationView.as_view()),
    path("automations/connections/<uuid:id>/ask", connections.automation_ask),
]
