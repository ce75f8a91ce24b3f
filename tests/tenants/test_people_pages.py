"""Users: inviting, joining, roles, special permissions; nobody raises themselves."""

import re

import pytest
from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.db import connection as database
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tenants.domain.permissions import Special
from tenants.mail import mailbox_folder
from tenants.models import Activity, MailMessage, Membership, Role, User, UserInvitation
from tenants.services.mail import body_to_send
from tests.cast import Company, make_company, make_user

USERS = "/settings/users/"
AS_ROLES = {f"special-{one}": "role" for one in Special}


def role_id(company: Company, key: str) -> str:
    with company.inside():
        return str(Role.objects.get(key=key).id)


def place_of(company: Company, user: User) -> Membership:
    with company.inside():
        return Membership.objects.get(user=user)


def keys_of(company: Company, user: User) -> set[str]:
    with company.inside():
        return set(Membership.objects.get(user=user).roles.values_list("key", flat=True))


def invited(company: Company, address: str, key: str = "sales") -> str:
    answer = company.browser().post(
        f"{USERS}invite/", {"email": address, "roles": [role_id(company, key)]}
    )
    assert answer.status_code == 302, answer.content.decode()
    with company.inside():
        mail = MailMessage.objects.filter(to=[address.lower()]).order_by("-id").first()
        assert mail is not None
        link = next(word for word in body_to_send(mail).split() if "/invitations/" in word)
    return "/" + link.split("/", 3)[3]


def browser_of(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def test_somebody_is_invited_by_email_and_joins_once() -> None:
    """A1: the token is kept as its hash, and works one time."""
    company, guest = make_company(), make_user("Guest")
    link = invited(company, guest.email.upper())
    token = link.rstrip("/").rsplit("/", 1)[1]
    company.drain()
    with company.inside():
        assert token not in str(UserInvitation.objects.values().get())
        mail = MailMessage.objects.get(to=[guest.email])
        assert token not in str(MailMessage.objects.filter(id=mail.id).values().get())
        assert (mail.state, mail.secret) == ("sent", "")
        assert "[removed after sending]" in mail.body
    sent = (mailbox_folder() / f"{mail.id}.eml").read_text().replace("=\n", "")
    assert token in sent
    assert "[removed after" not in sent

    client = browser_of(guest)
    assert f"Join {company.name}" in client.get(link).content.decode()
    answer = client.post(link)

    assert answer.headers["Location"] == "/"
    assert keys_of(company, guest) == {"sales"}
    assert f"You joined {company.name}." in client.get("/help/").content.decode()
    other = make_user("Other")
    for person in (guest, other):
        answer = browser_of(person).post(link)
        assert answer.status_code == 404
        assert "was used, withdrawn, or is older than 7 days" in answer.content.decode()


def test_a_person_with_another_address_cannot_use_the_link() -> None:
    """A1: a link that was passed on helps nobody; an unverified address does not count."""
    company, guest, other = make_company(), make_user("Guest"), make_user("Other")
    link = invited(company, guest.email)
    EmailAddress.objects.filter(user=guest).update(verified=False)

    for person in (other, guest):
        client = browser_of(person)
        assert "Join" not in client.get(link).content.decode().split("<form")[-1]
        assert client.post(link).status_code == 403
    with company.inside():
        assert Membership.objects.count() == 2


def test_signed_out_people_are_asked_to_sign_in_and_come_back() -> None:
    """A1: the page is the same whether the address has an account or not."""
    company, guest = make_company(), make_user("Guest")
    pages = []
    for address in (guest.email, "nobody-yet@example.com"):
        link = invited(company, address)
        page = Client().get(link).content.decode()
        assert f"/accounts/login/?next={link}" in page
        assert f"/accounts/signup/?next={link}" in page
        pages.append(re.sub('content="[A-Za-z0-9]{64}"', "", page.replace(link, "")))
    assert pages[0] == pages[1]


def test_after_signing_up_the_invitation_is_found_again() -> None:
    """A1: confirming the address leads through the start page."""
    company, guest = make_company(), make_user("Guest")
    link = invited(company, guest.email)
    client = Client()
    client.get(link)
    assert client.session["invitation"] == link
    client.force_login(guest, backend="allauth.account.auth_backends.AuthenticationBackend")

    assert client.get("/organisations/new/").headers["Location"] == link


def test_signing_in_from_the_invitation_comes_back_to_it() -> None:
    """A1: with a password, for somebody who has an account."""
    company, guest = make_company(), make_user("Guest")
    guest.set_password("a long enough secret")
    guest.save()
    link = invited(company, guest.email)

    answer = Client().post(
        "/accounts/login/",
        {"login": guest.email, "password": "a long enough secret", "next": link},
    )

    assert answer.headers["Location"] == link


@pytest.mark.parametrize("how", ["expired", "withdrawn", "again"])
def test_old_withdrawn_and_replaced_invitations_are_void(how: str) -> None:
    """A1: seven days, one open invitation per address."""
    company, guest = make_company(), make_user("Guest")
    link = invited(company, guest.email)
    with company.inside():
        invitation = UserInvitation.objects.get()
        if how == "expired":
            UserInvitation.objects.update(expires_at=timezone.now())
    if how == "withdrawn":
        client = company.browser()
        assert guest.email in client.get(USERS).content.decode()
        client.post(f"{USERS}invitations/{invitation.id}/withdraw/")
    elif how == "again":
        invited(company, guest.email)

    assert browser_of(guest).post(link).status_code == 404


def test_a_strangers_tenant_in_the_link_leads_nowhere() -> None:
    """A1: the token belongs to one organisation."""
    company, strange, guest = make_company(), make_company("Strange"), make_user("Guest")
    link = invited(company, guest.email).replace(str(company.id), str(strange.id))

    assert browser_of(guest).post(link).status_code == 404
    with strange.inside():
        assert Membership.objects.count() == 2


def test_people_without_the_right_see_and_change_nothing() -> None:
    """A1: teammate 403, stranger 404."""
    company, strange = make_company(), make_company("Strange")
    place = place_of(company, company.teammate)
    role = role_id(company, "sales")
    teammate, stranger = company.browser(company.teammate), strange.browser()

    for address in (USERS, "/settings/roles/", f"{USERS}invite/", f"{USERS}{place.id}/"):
        assert teammate.get(address).status_code == 403
    for address in (f"{USERS}{place.id}/", f"/settings/roles/{role}/"):
        assert stranger.get(address).status_code == 404
        assert stranger.post(address, {"name": "x", "roles": [role], **AS_ROLES}).status_code == 404
    assert stranger.post(f"{USERS}{place.id}/active/", {"active": "no"}).status_code == 404
    assert keys_of(company, company.teammate) == {"read_only"}


def save(company: Company, by: User, user: User, *keys: str, **specials: str) -> int:
    form = {"roles": [role_id(company, key) for key in keys], **AS_ROLES, **specials}
    place = place_of(company, user)
    return company.browser(by).post(f"{USERS}{place.id}/", form).status_code


def test_changed_roles_hold_at_once_and_sign_the_person_out() -> None:
    """A1, A3: the report names both; sessions end."""
    company = make_company()
    client = browser_of(company.teammate)
    UserSession.objects.create(
        user=company.teammate,
        session_key=client.session.session_key,
        ip="127.0.0.1",
        user_agent="x",
    )
    assert client.get("/help/").status_code == 200

    assert save(company, company.owner, company.teammate, "sales", "accountant") == 302

    assert keys_of(company, company.teammate) == {"sales", "accountant"}
    assert client.get("/help/").headers["Location"].startswith("/accounts/login/")
    with company.inside():
        line = Activity.objects.get(action="user.roles_changed")
        assert line.changes == {"Roles": ["Read-only", "Accountant, Sales"]}


def test_special_permissions_are_switched_per_person() -> None:
    """N1: on and off beat the roles; “as the roles say” takes the difference away."""
    company = make_company()
    member = company.member("sales")
    page = "/settings/company/network/"
    assert company.browser(member).get(page).status_code == 403

    save(company, company.owner, member, "sales", **{"special-network_page": "on"})
    assert company.browser(member).get(page).status_code == 200
    save(company, company.owner, member, "sales")

    assert company.browser(member).get(page).status_code == 403
    assert place_of(company, member).overrides == {}


def test_nobody_raises_themselves() -> None:
    """A1: neither their own place, nor a role they hold, nor somebody above themselves."""
    company = make_company()
    admin = company.member("admin")
    manager = company.member("read_only")
    with company.inside():
        Role.objects.filter(key="read_only").update(areas={"users": 3, "contacts": 1})

    assert save(company, admin, admin, "admin", "owner") == 403
    assert save(company, manager, company.teammate, "admin") == 403
    assert save(company, manager, company.teammate, "read_only", "sales") == 403
    specials = {"special-network_page": "on"}
    assert save(company, manager, company.teammate, "read_only", **specials) == 403
    answer = company.browser(manager).post(
        f"/settings/roles/{role_id(company, 'read_only')}/", {"name": "R", "area-users": "3"}
    )
    assert answer.status_code == 403
    answer = company.browser(manager).post(
        "/settings/roles/new/", {"name": "New", "area-company": "3"}
    )
    assert answer.status_code == 403
    answer = company.browser(manager).post(
        f"{USERS}invite/", {"email": "a@b.example", "roles": [role_id(company, "admin")]}
    )
    assert answer.status_code == 403
    assert keys_of(company, admin) == {"admin"}


def test_only_owners_make_and_unmake_owners_and_one_stays() -> None:
    """A1: the last owner is neither demoted nor shut out."""
    company = make_company()
    admin, second = company.member("admin"), company.member("admin")
    owner_place = place_of(company, company.owner)

    assert save(company, admin, second, "owner") == 403
    assert save(company, admin, company.owner, "sales") == 403
    answer = company.browser(admin).post(f"{USERS}{owner_place.id}/active/", {"active": "no"})
    assert answer.status_code == 403
    assert save(company, company.owner, second, "owner") == 302
    assert save(company, second, company.owner, "sales") == 302

    third = company.member("owner")
    assert save(company, third, second, "sales") == 302
    with company.inside():
        Membership.objects.filter(user=third).update(is_active=False)
    fourth = company.member("owner")
    with company.inside():
        Membership.objects.filter(user=third).update(is_active=True)
        Membership.objects.filter(user=fourth).update(is_active=False)
    place = place_of(company, third)
    assert company.browser(third).post(f"{USERS}{place.id}/active/").status_code == 403
    assert keys_of(company, third) == {"owner"}


def test_a_deactivated_person_is_out_at_once() -> None:
    """A1: and in again when activated."""
    company = make_company()
    place, client = place_of(company, company.teammate), company.browser(company.teammate)
    assert client.get("/help/").status_code == 200

    owner = company.browser()
    owner.post(f"{USERS}{place.id}/active/", {"active": "no"})
    assert company.browser(company.teammate).get("/help/").status_code == 302
    assert company.teammate.email in owner.get(f"{USERS}?tab=inactive").content.decode()
    owner.post(f"{USERS}{place.id}/active/", {"active": "yes"})

    assert company.browser(company.teammate).get("/help/").status_code == 200


def test_a_role_of_ones_own_is_made_given_and_deleted() -> None:
    """A1: the matrix, area by level, and special permissions."""
    company = make_company()
    client = company.browser()
    form = {"name": "Buyer <b>", "area-purchases": "3", "special-automations": "on"}

    assert client.post("/settings/roles/new/", form).headers["Location"] == "/settings/roles/"

    with company.inside():
        role = Role.objects.get(name="Buyer <b>")
        assert (role.areas["purchases"], role.areas["sales"]) == (3, 0)
        assert role.specials == ["automations"]
    assert "Buyer &lt;b&gt;" in client.get("/settings/roles/").content.decode()
    page = client.get(f"/settings/roles/{role.id}/").content.decode()
    assert 'name="area-purchases" value="3" aria-label="Purchase orders: Approve" checked' in page
    assert client.post("/settings/roles/new/", form).status_code == 422
    client.post(f"/settings/roles/{role.id}/delete/")
    with company.inside():
        assert not Role.objects.filter(id=role.id).exists()


def test_roles_that_come_with_wharf_or_are_held_are_not_deleted() -> None:
    """A1: and the Owner role stays as it is."""
    company = make_company()
    client = company.browser()

    assert client.post(f"/settings/roles/{role_id(company, 'sales')}/delete/").status_code == 409
    address = f"/settings/roles/{role_id(company, 'owner')}/"
    assert client.post(address, {"name": "Owner"}).status_code == 403
    client.post("/settings/roles/new/", {"name": "Own"})
    with company.inside():
        role = Role.objects.get(name="Own")
    place = place_of(company, company.teammate)
    client.post(f"{USERS}{place.id}/", {"roles": [str(role.id)], **AS_ROLES})
    assert client.post(f"/settings/roles/{role.id}/delete/").status_code == 409


def test_the_list_takes_as_many_statements_for_two_people_as_for_ten() -> None:
    """N8: at most ten, roles and second factors included."""
    company = make_company()
    client = company.browser()
    client.get(USERS)

    def statements() -> int:
        with CaptureQueriesContext(database) as caught:
            assert client.get(USERS).status_code == 200
        return sum(not q["sql"].startswith(("BEGIN", "COMMIT")) for q in caught.captured_queries)

    few = statements()
    for _ in range(8):
        company.member("sales")
    assert few == statements()
    assert few <= 10
