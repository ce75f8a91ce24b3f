"""What no address may carry."""

import pytest

from tests.cast import make_company


@pytest.mark.parametrize(
    "address", ["/contacts/?q=%00", "/settings/activity/?who=a%00", "/lookup/products/?q=%00"]
)
def test_a_nul_character_in_an_address_is_a_bad_request(address: str) -> None:
    """A1: no text column takes it; the answer is a page, not a fault."""
    assert make_company().browser().get(address).status_code == 400
