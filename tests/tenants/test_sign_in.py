"""Signing in: limits, silence about who has an account, two steps, sessions, links, CSRF."""

import re
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

import pyotp
import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth
from django.conf import settings
from django.contrib.auth.hashers import ScryptPasswordHasher
from django.core.cache import cache
from django.test import Client

from hub.ids import new_id
from tenants.accounts import SecondFactorAdapter
from tenants.models import AccountMail, ApiKey, Membership, User
from tests.cast import Company, make_company, make_user
from tests.routes import SIGNED, all_routes, filled, our_routes
from tests.world import World, make_world

PASSWORD = "quiet-harbour-at-dawn"
LOGIN = "/accounts/login/"
RESET = "/accounts/password/reset/"
SECRET = pyotp.random_base32()
SECOND = "/accounts/2fa/authenticate/"


def person(*, second_factor: bool = False) -> User:
    """Somebody with a password."""
    user = make_user(second_factor=second_factor)
    user.set_password(PASSWORD)
    user.save()
    secret = SecondFactorAdapter().encrypt(SECRET)
    Authenticator.objects.filter(user=user).update(data={"secret": secret})
    return user


@pytest.fixture(scope="module")
def known() -> User:
    """An account without second factor."""
    return person()


@pytest.fixture(scope="module")
def guarded() -> User:
    """An account with an authenticator app."""
    return person(second_factor=True)


def sign_in(client: Client, email: str, password: str = PASSWORD, **more: Any) -> Any:
    return client.post(LOGIN, {"login": email, "password": password, **more})


def is_signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def words_of(answer: Any, email: str) -> str:
    """The page without what differs by call."""
    text = answer.content.decode().replace(email, "EMAIL")
    return re.sub(r'(nonce="[^"]*"|"[A-Za-z0-9]{64}")', "", text)


# --- Limits ---------------------------------------------------------------------------------------
def test_wrong_passwords_are_limited_per_account(known: User) -> None:
    """A2: after five even the right one has to wait; other accounts are not held up."""
    for _ in range(5):
        assert sign_in(Client(), known.email, "wrong password here").status_code == 200
    client = Client()
    answer = sign_in(client, known.email)
    assert not is_signed_in(client)
    assert "Too many" in answer.content.decode()
    other, client = person(), Client(REMOTE_ADDR="192.0.2.7")
    assert sign_in(client, other.email).status_code == 302
    assert is_signed_in(client)


def test_wrong_passwords_are_limited_per_address(known: User) -> None:
    """A2: many accounts tried from one place."""
    for _ in range(10):
        sign_in(Client(), f"{new_id().hex}@example.com", "wrong password here")
    client = Client()
    answer = sign_in(client, known.email)
    assert not is_signed_in(client)
    assert "Too many" in answer.content.decode()
    client = Client(REMOTE_ADDR="192.0.2.8")
    sign_in(client, known.email)
    assert is_signed_in(client)


def test_a_forged_address_header_evades_no_limit(known: User) -> None:
    """A2: X-Forwarded-For is anybody's to write."""
    for number in range(10):
        client = Client(HTTP_X_FORWARDED_FOR=f"192.0.2.{number}")
        sign_in(client, f"{new_id().hex}@example.com", "wrong password here")
    client = Client(HTTP_X_FORWARDED_FOR="192.0.2.99")
    sign_in(client, known.email)
    assert not is_signed_in(client)


def test_wrong_codes_are_limited_and_a_code_works_once(guarded: User) -> None:
    """A2: five wrong codes, then the right one waits; a used code is not taken again."""
    code = pyotp.TOTP(SECRET).now()
    first = Client()
    sign_in(first, guarded.email)
    first.post(SECOND, {"code": code})
    assert is_signed_in(first)
    second = Client()
    sign_in(second, guarded.email)
    second.post(SECOND, {"code": code})
    assert not is_signed_in(second)

    other = person(second_factor=True)
    third = Client(REMOTE_ADDR="192.0.2.9")
    sign_in(third, other.email)
    for _ in range(6):
        third.post(SECOND, {"code": "000000"})
    third.post(SECOND, {"code": pyotp.TOTP(SECRET).now()})
    assert not is_signed_in(third)


@pytest.mark.parametrize(("steps", "taken"), [(-2, False), (-1, True), (1, True), (2, False)])
def test_a_code_of_the_half_minute_before_is_taken(
    guarded: User, monkeypatch: pytest.MonkeyPatch, steps: int, taken: bool
) -> None:
    """A1: typed at the end of its half minute, or by a clock that is slow; no older one."""
    moment = 1_800_000_000
    monkeypatch.setattr(auth, "time", SimpleNamespace(time=lambda: moment))
    client = Client()
    sign_in(client, guarded.email)
    client.post(SECOND, {"code": pyotp.TOTP(SECRET).at(moment + 30 * steps)})
    assert is_signed_in(client) is taken


def test_a_used_code_is_refused_for_as_long_as_it_is_good(
    guarded: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A1: also after the half minute for which it is remembered as the newest."""
    moment = 1_800_000_000
    code = pyotp.TOTP(SECRET).at(moment)
    monkeypatch.setattr(auth, "time", SimpleNamespace(time=lambda: moment))
    first = Client()
    sign_in(first, guarded.email)
    first.post(SECOND, {"code": code})
    assert is_signed_in(first)
    cache.delete(f"allauth.mfa.totp.used?user={guarded.pk}&code={code}")  # thirty seconds on
    monkeypatch.setattr(auth, "time", SimpleNamespace(time=lambda: moment + 31))
    second = Client()
    sign_in(second, guarded.email)
    second.post(SECOND, {"code": f"{code[:3]} {code[3:]}"})
    assert not is_signed_in(second)


# --- Silence about accounts -----------------------------------------------------------------------
def test_a_wrong_password_and_an_unknown_account_get_one_answer(
    known: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A2: the same words, and the same work, so the time tells nothing either."""
    hashed: list[str] = []
    encode = ScryptPasswordHasher.encode

    def counted(self: ScryptPasswordHasher, *args: Any, **options: Any) -> str:
        hashed.append("hash")
        return encode(self, *args, **options)

    monkeypatch.setattr(ScryptPasswordHasher, "encode", counted)
    answers, work = [], []
    for email in (known.email, f"{new_id().hex}@example.com"):
        hashed.clear()
        answer = sign_in(Client(), email, "wrong password here")
        answers.append((answer.status_code, words_of(answer, email)))
        work.append(len(hashed))
    assert answers[0] == answers[1]
    assert work[0] == work[1] >= 1


def test_a_reset_says_the_same_for_known_and_unknown(known: User) -> None:
    """A2: one page; who has the mailbox learns the rest."""
    told = []
    AccountMail.objects.filter(to=known.email).delete()
    for email in (known.email, f"{new_id().hex}@example.com"):
        answer = Client().post(RESET, {"email": email})
        told.append((answer.status_code, answer["Location"]))
        page = Client().get(answer["Location"])
        assert email not in page.content.decode()
        assert AccountMail.objects.filter(to=email).count() == 1
    assert told[0] == told[1]


def test_signing_up_with_a_taken_address_says_the_same(known: User) -> None:
    """A2: the mail tells its owner; the page tells nobody."""
    told = []
    for email in (known.email, f"{new_id().hex}@example.com"):
        client = Client()
        answer = client.post("/accounts/signup/", {"email": email, "password1": PASSWORD})
        page = client.get(answer["Location"])
        told.append((answer.status_code, answer["Location"], words_of(page, email)))
    assert told[0] == told[1]
    assert User.objects.filter(email=known.email).count() == 1


# --- Two steps ------------------------------------------------------------------------------------
def test_a_password_alone_opens_nothing_where_two_steps_are_set_up(guarded: User) -> None:
    """A2: between the steps nobody is signed in."""
    client = Client()
    answer = sign_in(client, guarded.email)
    assert answer["Location"].startswith(SECOND)
    assert not is_signed_in(client)
    assert client.get("/purchases/")["Location"].startswith(LOGIN)


@pytest.fixture(scope="module")
def world() -> World:
    """An organisation with one of everything."""
    return make_world("Two steps")


@pytest.mark.parametrize("role", ["owner", "admin"])
def test_owners_and_admins_reach_no_page_without_two_steps(world: World, role: str) -> None:
    """A2: every page, GET and POST, leads to setting it up; nothing is made on the way."""
    company = world.company
    member = company.owner if role == "owner" else company.member("admin")
    kept = list(Authenticator.objects.filter(user=member).values("type", "data"))
    Authenticator.objects.filter(user=member).delete()
    browser = company.browser(member)
    try:
        for route in our_routes():
            if route.is_api or not hasattr(route.view, "tenant_guard"):
                continue
            for method in ("get", "post"):
                answer = getattr(browser, method)(filled(route, world.things))
                if answer.status_code == 405:
                    continue
                assert answer.status_code == 302, (method, route.pattern)
                assert answer["Location"] == "/accounts/2fa/totp/activate/", route.pattern
        with company.inside():
            assert ApiKey.objects.count() == 1
    finally:
        for row in kept:
            Authenticator.objects.create(user=member, **row)


def test_taking_the_second_factor_away_closes_the_pages_again() -> None:
    """A2: no way round by switching it off afterwards."""
    company = make_company("Round")
    browser = company.browser()
    assert browser.get("/purchases/").status_code == 200
    Authenticator.objects.filter(user=company.owner).delete()
    assert browser.get("/purchases/")["Location"] == "/accounts/2fa/totp/activate/"


def test_a_reset_is_no_way_round_two_steps(guarded: User) -> None:
    """A2: a new password signs nobody in."""
    client = Client(REMOTE_ADDR="192.0.2.20")
    set_password(client, reset_link(guarded), "another-quiet-harbour")
    assert not is_signed_in(client)
    answer = sign_in(client, guarded.email, "another-quiet-harbour")
    assert answer["Location"].startswith(SECOND)
    assert not is_signed_in(client)
    guarded.set_password(PASSWORD)
    guarded.save()


# --- Links ----------------------------------------------------------------------------------------
def reset_link(user: User, **headers: Any) -> str:
    """The link of a reset mail."""
    AccountMail.objects.filter(to=user.email).delete()
    Client(**headers).post(RESET, {"email": user.email})
    body = AccountMail.objects.get(to=user.email).body
    found = re.search(r"https?://\S+/accounts/password/reset/key/\S+", body)
    assert found is not None, body
    return found.group()


def set_password(client: Client, link: str, password: str) -> Any:
    page = client.get(urlsplit(link).path, follow=True)
    address = page.redirect_chain[-1][0] if page.redirect_chain else urlsplit(link).path
    return client.post(address, {"password1": password, "password2": password})


def test_a_reset_link_works_once_and_ends_other_sessions() -> None:
    """A2: one use; whoever was signed in with the old password is out."""
    user = person()
    elsewhere = Client()
    elsewhere.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    link = reset_link(user)
    set_password(Client(), link, "a-first-new-harbour")
    user.refresh_from_db()
    assert user.check_password("a-first-new-harbour")
    assert elsewhere.get("/purchases/")["Location"].startswith(LOGIN)

    set_password(Client(), link, "a-second-new-harbour")
    user.refresh_from_db()
    assert user.check_password("a-first-new-harbour")


def test_a_newer_reset_link_of_another_account_opens_only_its_own() -> None:
    """A2: the token belongs to one account."""
    one, two = person(), person()
    link = reset_link(one)
    mine, theirs = (reset_link(user).split("/key/")[1].split("-")[0] for user in (one, two))
    swapped = link.replace(mine, theirs)
    assert swapped != link
    set_password(Client(), swapped, "stolen-quiet-harbour")
    two.refresh_from_db()
    assert two.check_password(PASSWORD)


def test_links_in_mails_lead_to_this_site_whatever_the_headers_say() -> None:
    """A2: a forged host or forwarded host poisons no link."""
    user = person()
    link = reset_link(user, HTTP_X_FORWARDED_HOST="evil.example", HTTP_HOST="localhost")
    assert "evil.example" not in link
    assert urlsplit(link).hostname in ("127.0.0.1", "localhost")


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "127.0.0.1@evil", ""])
def test_a_foreign_host_header_is_refused(host: str) -> None:
    """A2: 400, before anything else."""
    for address in (LOGIN, "/api/v1/contacts", "/purchases/"):
        assert Client().get(address, HTTP_HOST=host or "evil").status_code == 400


FOREIGN = [
    *("https://evil.example/", "//evil.example/", "///evil.example", "/\\evil.example"),
    *("javascript:alert(1)", "http:evil.example", "/\t/evil.example", "https:/evil.example"),
    *("\\\\evil.example", "evil.example", "/%09/evil.example/../..//evil.example", ""),
]


@pytest.mark.parametrize("target", FOREIGN)
def test_next_never_leaves_the_site(target: str) -> None:
    """A2: after signing in, signing out, and changing the theme."""
    user, client = person(), Client(REMOTE_ADDR="192.0.2.30")
    answers = [sign_in(client, user.email, next=target)]
    assert is_signed_in(client)
    answers += [
        client.post("/appearance/", {"theme": "dark", "next": target}),
        client.post(f"/accounts/logout/?next={target}", {"next": target}),
    ]
    for answer in answers:
        assert answer.status_code == 302
        where = answer["Location"]
        assert urlsplit(where).netloc == "", where
        assert where.startswith("/"), where
        assert not where.startswith(("//", "/\\", "/\t")), where


# --- Sessions -------------------------------------------------------------------------------------
def test_the_session_changes_its_id_at_sign_in_and_switch() -> None:
    """A2: a planted session id is worth nothing."""
    company, second = make_company("One"), make_company("Two")
    with second.inside():
        Membership(user=company.owner).save(force_insert=True)
    client = Client()
    client.get(LOGIN)
    session = client.session
    session["planted"] = "yes"
    session.save()
    planted = str(session.session_key)
    client.cookies["sessionid"] = planted
    user = person()
    sign_in(client, user.email)
    assert is_signed_in(client)
    assert client.cookies["sessionid"].value != planted

    browser = company.browser()
    before = browser.session.session_key
    browser.post("/organisations/switch/", {"organisation": str(second.id)})
    assert browser.session["tenant"] == str(second.id)
    assert browser.session.session_key != before


def test_cookies_are_out_of_reach_of_scripts_and_other_sites(known: User) -> None:
    """A2: HttpOnly and SameSite; Secure where the site has HTTPS."""
    client = Client(REMOTE_ADDR="192.0.2.40")
    sign_in(client, known.email)
    for name in ("sessionid", "csrftoken"):
        if name in client.cookies:
            cookie = client.cookies[name]
            assert cookie["httponly"]
            assert cookie["samesite"] == "Lax"
            assert bool(cookie["secure"]) == settings.HTTPS
    assert is_signed_in(client)


def test_signing_out_ends_the_session_on_the_server() -> None:
    """A2: the cookie that somebody kept opens nothing."""
    company = make_company("Leaving")
    browser = company.browser()
    kept = browser.cookies["sessionid"].value
    browser.post("/accounts/logout/")
    thief = Client()
    thief.cookies["sessionid"] = kept
    assert thief.get("/purchases/")["Location"].startswith(LOGIN)


def test_an_account_that_is_switched_off_is_out_at_once() -> None:
    """A2: at the next request, not at the next sign-in."""
    company = make_company("Off")
    browser = company.browser()
    User.objects.filter(pk=company.owner.pk).update(is_active=False)
    assert browser.get("/purchases/")["Location"].startswith(LOGIN)


# --- CSRF -----------------------------------------------------------------------------------------
def test_every_post_needs_its_token(world: World) -> None:
    """A2: each of our pages and each of the account pages; without a token nothing happens."""
    browser = strict(world.company)
    tried = 0
    for route in all_routes():
        if route.is_api or route.pattern.startswith(("/_", "/api/")) or route.pattern in SIGNED:
            continue
        if not route.is_ours and route.parameters:
            continue
        things = {**world.things, "join": new_id()}
        address = filled(route, things) if route.is_ours else route.pattern
        if "(" in address or "^" in address:
            continue
        answer = browser.post(address)
        assert answer.status_code == 403, (address, answer.status_code)
        tried += 1
    assert tried > 80


def strict(company: Company) -> Client:
    """A browser whose forms are checked."""
    client = Client(enforce_csrf_checks=True)
    client.cookies = company.browser().cookies
    return client


def test_a_session_is_no_key_of_the_api(world: World) -> None:
    """A4: so the API needs no token against forged forms."""
    browser = world.company.browser()
    answer = browser.post(
        "/api/v1/contacts", {"name": "x", "is_customer": True}, content_type="application/json"
    )
    assert answer.status_code == 401
    assert browser.get("/api/v1/contacts").status_code == 401
