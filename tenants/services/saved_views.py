"""Saved views of lists: making, changing, deleting, and the one a list opens with."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import QueryDict

from hub.errors import Conflict, InvalidInput, NotFound, PermissionDenied
from hub.ui.shelf import kept_query
from tenants.lists import list_source
from tenants.models import DefaultView, SavedView
from tenants.selectors import MembershipInForce
from tenants.services.activity import log_activity

MOST_OF_ONES_OWN, MOST_SHARED = 20, 30
LONGEST_NAME, LONGEST_QUERY = 60, 2000
NEEDS_EDIT = "Only who may edit what the list shows may give everybody a view."


@dataclass(frozen=True, slots=True)
class ViewValues:
    """What a person types of a view."""

    name: str
    query: str
    shared: bool = False


def views_of(user_id: UUID | None, list_key: str = "") -> QuerySet[SavedView]:
    """A person's own views and the shared ones, own first, each with `is_default`."""
    chosen, visible = DefaultView.objects.none(), Q(shared=True)
    if user_id is not None:
        chosen = DefaultView.objects.filter(user_id=user_id, view_id=OuterRef("id"))
        visible |= Q(owner_id=user_id)
    rows = SavedView.objects.filter(visible)
    if list_key:
        rows = rows.filter(list_key=list_key)
    return rows.annotate(is_default=Exists(chosen)).order_by("shared", "id")


def view_or_404(user_id: UUID | None, view_id: UUID) -> SavedView:
    """One's own view or a shared one; raises NotFound."""
    found = views_of(user_id).filter(id=view_id).first()
    if found is None:
        raise NotFound("This view does not exist.")
    return found


def may_change(view: SavedView, user_id: UUID, member: MembershipInForce) -> bool:
    """One's own; a shared one also for whoever may share."""
    if view.shared:
        return list_source(view.list_key).may_share(member)
    return view.owner_id == user_id


def save_view(
    list_key: str, values: ViewValues, *, owner: UUID | None, member: MembershipInForce | None
) -> SavedView:
    """Keep a view. Without `member` a program asks, whose views are shared.

    Raises InvalidInput naming `name` or `query`, PermissionDenied, NotFound for no such list.
    """
    _check_share(list_key, values, member)
    view = SavedView(list_key=list_key, owner_id=owner)
    _fill(view, values)
    rows = SavedView.objects.filter(list_key=list_key, shared=values.shared)
    most = MOST_SHARED
    if not values.shared:
        rows, most = rows.filter(owner_id=owner), MOST_OF_ONES_OWN
    if rows.count() >= most:
        raise _refused("name", f"A list has at most {most} such views. Delete one first.")
    view.save(force_insert=True)
    _log("saved", view)
    return view


def change_view(
    view: SavedView, values: ViewValues, *, member: MembershipInForce | None
) -> SavedView:
    """Rename it, share it, or let it show something else. Raises as `save_view` does."""
    _check_share(view.list_key, values, member)
    if view.shared and not values.shared:
        # What others use becomes nobody's: they would wonder where it went.
        if view.owner_id is None:
            raise _refused("who", "A program made this view: it has no owner to be kept for.")
        DefaultView.objects.filter(view=view).exclude(user_id=view.owner_id).delete()
    _fill(view, values)
    view.save(update_fields=["name", "query", "shared"])
    _log("changed", view)
    return view


def delete_view(view: SavedView) -> None:
    """Forget it; lists that opened with it open with all rows again."""
    DefaultView.objects.filter(view=view).delete()
    _log("deleted", view)
    view.delete()


def open_with(user_id: UUID, view: SavedView, *, wanted: bool) -> None:
    """Make it the view that the list opens with for this person, or no longer."""
    rows = DefaultView.objects.filter(user_id=user_id, list_key=view.list_key)
    if not wanted:
        rows.filter(view=view).delete()
    elif not rows.update(view=view):
        DefaultView(user_id=user_id, list_key=view.list_key, view=view).save(force_insert=True)


def _check_share(list_key: str, values: ViewValues, member: MembershipInForce | None) -> None:
    source = list_source(list_key)
    if member is None:
        return
    if not source.allowed(member):
        raise PermissionDenied(f"You may not open the list “{source.title}”.")
    if values.shared and not source.may_share(member):
        raise PermissionDenied(NEEDS_EDIT)


def _fill(view: SavedView, values: ViewValues) -> None:
    name = " ".join(values.name.split())
    if not name or len(name) > LONGEST_NAME:
        raise _refused("name", f"Give the view a name of at most {LONGEST_NAME} characters.")
    query = kept_query(QueryDict(values.query[: LONGEST_QUERY * 2]))
    if len(query) > LONGEST_QUERY or "%00" in query:
        raise _refused("query", "This address is too long or damaged: it cannot be kept.")
    same = SavedView.objects.filter(list_key=view.list_key, name__iexact=name, shared=values.shared)
    if not values.shared:
        same = same.filter(owner_id=view.owner_id)
    if same.exclude(id=view.id).exists():
        message = "There is a view of this name. Choose another name."
        raise Conflict(message, fields={"name": [message]})
    view.name, view.query, view.shared = name, query, values.shared


def _refused(field: str, message: str) -> InvalidInput:
    return InvalidInput(message, fields={field: [message]})


def _log(verb: str, view: SavedView) -> None:
    title = list_source(view.list_key).title
    log_activity(f"view.{verb}", f"View “{view.name}” of {title} {verb}", label=view.name)
