"""Addresses of the platform's pages."""

from django.urls import path

from tenants.domain.attributes import AttributeOwner
from tenants.views import (
    access,
    attributes,
    files,
    imports,
    joining,
    lists,
    mailbox,
    news,
    organisation,
    people,
    settings,
    texts,
)

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
    path("settings/e-mail-texts/", texts.mail_texts, name="mail_texts"),
    path("settings/company/logo/", files.logo, name="logo"),
    path("files/<uuid:file_id>/", files.stored_file, name="file"),
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
    path("settings/api-keys/", access.api_keys, name="api_keys"),
    path("settings/api-keys/new/", access.make_key, name="api_key_new"),
    path("settings/api-keys/<uuid:key_id>/end/", access.end_key, name="api_key_end"),
    path("settings/activity/", access.activity, name="activity"),
    path("settings/mailing-lists/", access.mailing_lists, name="mailing_lists"),
    path("settings/mailing-lists/new/", access.mailing_list, name="mailing_list_new"),
    path("settings/mailing-lists/<uuid:list_id>/", access.mailing_list, name="mailing_list"),
    path(
        "settings/mailing-lists/<uuid:list_id>/delete/",
        access.remove_mailing_list,
        name="mailing_list_delete",
    ),
    path("settings/imports/", imports.imports, name="imports"),
    path("settings/imports/new/", imports.new_import, name="import_new"),
    path("settings/imports/empty.csv", imports.template, name="import_template"),
    path("settings/imports/<uuid:import_id>/", imports.one_import, name="import"),
    path("settings/imports/<uuid:import_id>/run/", imports.run_import, name="import_run"),
    path("settings/imports/<uuid:import_id>/faults.csv", imports.faults, name="import_faults"),
    path("settings/attributes/", attributes.attributes, name="attributes"),
    *(
        path(
            f"settings/attributes/{owner}s/", attributes.set_view(owner), name=f"attributes_{owner}"
        )
        for owner in AttributeOwner
    ),
    path("settings/views/", lists.saved_views, name="saved_views"),
    path("settings/views/new/", lists.new_view, name="saved_view_new"),
    path("settings/views/<uuid:view_id>/", lists.saved_view, name="saved_view"),
    path("settings/views/<uuid:view_id>/delete/", lists.remove_view, name="saved_view_delete"),
    path("exports/<uuid:export_id>/", lists.exported, name="export"),
    path("settings/jobs/", news.jobs, name="jobs"),
    path("settings/jobs/<uuid:job_id>/", news.job, name="job"),
    path("settings/jobs/<uuid:job_id>/card/", news.job_card, name="job_card"),
    path("settings/jobs/<uuid:job_id>/cancel/", news.cancel, name="job_cancel"),
    path("settings/jobs/<uuid:job_id>/retry/", news.retry, name="job_retry"),
    path("notifications/", news.notifications, name="notifications"),
    path("notifications/read/", news.read_all, name="notifications_read"),
    path("notifications/preferences/", news.preferences, name="preferences"),
    path(
        "notifications/<uuid:notification_id>/open/",
        news.open_notification,
        name="notification_open",
    ),
    path("_mailbox/", mailbox.mailbox, name="mailbox"),
    path("_mailbox/<str:reference>/", mailbox.message, name="mailbox_message"),
    path("_mailbox/<str:reference>/<int:number>/", mailbox.attachment, name="mailbox_file"),
]
