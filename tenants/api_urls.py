"""Addresses of the platform's resources."""

from django.urls import path

from tenants.api import attributes, imports, lists, resources, roles

urlpatterns = [
    path("organisation", resources.OrganisationView.as_view()),
    path("users", resources.UsersView.as_view()),
    path("roles", roles.RolesView.as_view()),
    path("roles/<uuid:id>", roles.RoleView.as_view()),
    path("activity", resources.ActivityView.as_view()),
    path("notifications", resources.NotificationsView.as_view()),
    path("attributes", attributes.AttributesView.as_view()),
    path("imports", imports.ImportsView.as_view()),
    path("imports/<uuid:id>", imports.ImportView.as_view()),
    path("imports/<uuid:id>/check", imports.import_check),
    path("imports/<uuid:id>/run", imports.import_run),
    path("saved-views", lists.SavedViewsView.as_view()),
    path("saved-views/<uuid:id>", lists.SavedViewView.as_view()),
    path("exports", lists.ExportsView.as_view()),
    path("exports/<uuid:id>", lists.ExportView.as_view()),
    path("exports/<uuid:id>/file", lists.ExportFileView.as_view()),
    path("jobs", resources.JobsView.as_view()),
    path("jobs/<uuid:id>", resources.JobView.as_view()),
    path("jobs/<uuid:id>/retry", resources.job_retry),
    path("jobs/<uuid:id>/cancel", resources.job_cancel),
]
