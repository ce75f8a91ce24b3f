"""Which organisation a signed-in person is working in."""

from collections.abc import Callable
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from tenants.selectors import Place, places_of

SESSION_KEY = "tenant"


class CurrentMembership:
    """Adds `request.places` (lazy): the person's organisations. `tenant_view` does the rest."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.membership = None  # type: ignore[attr-defined]
        request.places = SimpleLazyObject(lambda: _places(request))  # type: ignore[attr-defined]
        return self.get_response(request)


def _places(request: HttpRequest) -> list[Place]:
    return places_of(request.user.pk) if request.user.is_authenticated else []


def chosen_place(request: HttpRequest) -> Place | None:
    """The organisation in the session if the person still belongs to it, else their first."""
    places: list[Place] = list(request.places)  # type: ignore[attr-defined]
    wanted = request.session.get(SESSION_KEY)
    for place in places:
        if str(place.tenant_id) == wanted:
            return place
    return places[0] if places else None


def choose(request: HttpRequest, tenant_id: UUID) -> None:
    """Work in this organisation from now on; the session's id changes with what it may do."""
    request.session[SESSION_KEY] = str(tenant_id)
    request.session.cycle_key()
