"""What the list page asks of the platform: a person's saved views, and long exports as jobs."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from hub.ui.list_parts import Listing
from hub.ui.shelf import SavedTab, Shelf
from tenants.lists import extended, source_of_page
from tenants.request import person
from tenants.services.list_exports import Owner, begin_export
from tenants.services.saved_views import views_of


class Keeper:
    """Views and exports of the list pages that apps have registered."""

    def shelf(self, request: HttpRequest, list_key: str) -> Shelf | None:
        """The person's views of this list, in one statement."""
        source = source_of_page(request, list_key)
        if source is None or getattr(request, "membership", None) is None:
            return None
        tabs = [
            SavedTab(
                str(view.id),
                view.name,
                view.query,
                reverse("tenants:saved_view", args=[view.id]),
                view.shared,
                bool(view.is_default),  # type: ignore[attr-defined]
            )
            for view in views_of(person(request).id, source.key)
        ]
        return Shelf(
            tabs, source.key, reverse("tenants:saved_view_new"), reverse("tenants:saved_views")
        )

    def extended(
        self, request: HttpRequest, listing: Listing, rows: QuerySet[Any]
    ) -> tuple[Listing, QuerySet[Any]]:
        """With what apps above add for this person."""
        member = getattr(request, "membership", None)
        return (listing, rows) if member is None else extended(member, listing, rows)

    def begin_export(
        self, request: HttpRequest, list_key: str, file_format: str
    ) -> HttpResponse | None:
        """A job that writes the file; its page says how far it is."""
        source = source_of_page(request, list_key)
        if source is None or getattr(request, "membership", None) is None:
            return None
        owner = Owner(person(request).id)
        export = begin_export(source.key, request.GET.urlencode(), file_format, owner)
        return redirect("tenants:job", export.job)
