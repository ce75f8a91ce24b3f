"""Addresses of the platform's pages."""

from django.urls import path

from tenants.views import joining, organisation, people, settings

app_name = "tenants"
urlpatterns = [
    path("", organisation.home, name="home"),
    path("organisations/new/", organisation.found, name="found"),
    path("organisations/switch/", organisation.switch, name="switch"),
    path("appearance/", organisation.appearance, name="appearance"),
    path("help/", organisation.help_page, name="help"),
    path("search/", settings.search, name="search"),
    path("settings/", settings.settings_home, name="settings"),
    path("settings/company/", settings.company, name="company"),
    path("invitations/<uuid:tenant_id>/<str:token>/", joining.join, name="join"),
    path("settings/users/", people.users, name="users"),
    path("settings/users/invite/", people.invite, name="user_invite"),
    path("settings/users/<uuid:membership_id>/", people.user, name="user"),
    path(
        "settings/users/<uuid:membership_id>/active/", people.activity_of_user, name="user_active"
    ),
    path(
        "settings/users/invitations/<uuid:invitation_id>/withdraw/",
        people.withdraw,
        name="user_withdraw",
    ),
    path("settings/roles/", people.roles, name="roles"),
    path("settings/roles/new/", people.role, name="role_new"),
    path("settings/roles/<uuid:role_id>/", people.role, name="role"),
    path("settings/roles/<uuid:role_id>/delete/", people.remove_role, name="role_delete"),
]
