"""A1: a person's own pages, from sign-in with a second step to recovery codes and sessions."""

import pyotp
import pytest
from allauth.mfa.models import Authenticator
from playwright.sync_api import Page, expect

from tenants.accounts import SecondFactorAdapter
from tenants.models import User
from tests.cast import make_user
from tests.support.browser import assert_accessible

pytestmark = pytest.mark.browser
PASSWORD = "quiet-harbour-at-dawn"
SECRET = pyotp.random_base32()


@pytest.fixture
def person() -> User:
    """Somebody with a password and an authenticator app."""
    user = make_user("Maya Lind")
    user.set_password(PASSWORD)
    user.save()
    Authenticator.objects.create(
        user=user,
        type=Authenticator.Type.TOTP,
        data={"secret": SecondFactorAdapter().encrypt(SECRET)},
    )
    return user


def sign_in(page: Page, user: User, *, then: str) -> None:
    page.goto(f"/accounts/login/?next={then}")
    page.get_by_label("E-mail").fill(user.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/accounts/2fa/authenticate/**")
    assert_accessible(page)
    page.locator("input[name=code]").fill(pyotp.TOTP(SECRET).now())
    page.get_by_role("button", name="Sign in", exact=True).click()


def confirm_again(page: Page) -> None:
    """What protects the account asks for the password once more."""
    expect(page.get_by_role("heading", name="Confirm that it is you")).to_be_visible()
    assert_accessible(page)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Confirm").click()


def test_a_wrong_password_is_said_and_the_address_is_kept(page: Page, person: User) -> None:
    page.goto("/accounts/login/")
    page.get_by_label("E-mail").fill(person.email)
    page.get_by_label("Password").fill("something else entirely")
    page.get_by_role("button", name="Sign in").click()

    expect(page.locator("[data-error-summary]")).to_be_focused()
    expect(page.get_by_label("E-mail")).to_have_value(person.email)
    assert_accessible(page)


def test_own_pages_are_accessible_after_both_steps(page: Page, person: User) -> None:
    sign_in(page, person, then="/accounts/2fa/")
    expect(page.get_by_role("heading", name="Two-step sign-in")).to_be_visible()

    for address, heading in (
        ("/accounts/2fa/", "Two-step sign-in"),
        ("/accounts/email/", "E-mail address"),
        ("/accounts/password/change/", "Password"),
        ("/accounts/sessions/", "Sessions"),
    ):
        page.goto(address)
        expect(page.get_by_role("heading", level=1, name=heading)).to_be_visible()
        assert_accessible(page)


def test_recovery_codes_are_made_and_shown(page: Page, person: User) -> None:
    sign_in(page, person, then="/accounts/2fa/recovery-codes/generate/")
    confirm_again(page)
    assert_accessible(page)

    page.get_by_role("button", name="Make new codes").click()

    expect(page.get_by_role("heading", level=1, name="Recovery codes")).to_be_visible()
    expect(page.locator(".w-codes li")).to_have_count(10)
    assert_accessible(page)


def test_an_app_is_set_up_by_picture_or_by_text(page: Page) -> None:
    user = make_user("Tom Okafor")
    user.set_password(PASSWORD)
    user.save()
    page.goto("/accounts/login/?next=/accounts/2fa/totp/activate/")
    page.get_by_label("E-mail").fill(user.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()

    confirm_again(page)
    expect(page.get_by_role("img", name="QR code")).to_be_visible()
    assert page.locator(".w-qr img").evaluate("image => image.naturalWidth > 0")
    assert_accessible(page)
    secret = page.locator(".w-key [data-copy-source]").inner_text()
    page.locator("input[name=code]").fill(pyotp.TOTP(secret).now())
    page.get_by_role("button", name="Turn on").click()

    expect(page.get_by_role("heading", level=1, name="Recovery codes")).to_be_visible()
