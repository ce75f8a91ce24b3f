"""The envelopes that make and end connections are read as strictly as documents."""

from typing import Any
from uuid import UUID

import pytest

from hub.errors import InvalidInput
from network.domain.payload_base import canonical_json, read_payload
from network.domain.payloads import (
    NETWORK_PAYLOADS,
    AutomationAskPayload,
    AutomationSwitchPayload,
    ConnectAnswerPayload,
    ConnectPayload,
    DisconnectPayload,
)

LINK = str(UUID(int=1))


def connect(**changes: Any) -> dict[str, Any]:
    return {
        "link_id": LINK,
        "organisation_id": str(UUID(int=2)),
        "name": "Harbour Roasters",
        "company_email": "hello@harbour.example",
        "verified_emails": ["ann@harbour.example"],
        "partner_role": "customer",
        **changes,
    }


def test_every_kind_keeps_its_canonical_text() -> None:
    """N5: what is written is what is read."""
    samples: dict[str, dict[str, Any]] = {
        "connect": connect(),
        "connect_answer": {"link_id": LINK, "status": "wants"},
        "disconnect": {"link_id": LINK, "reason": "We closed."},
        "automation_switch": {"send_invoices": True},
        "automation_ask": {"which": "take_in_invoices"},
    }
    assert set(samples) == set(NETWORK_PAYLOADS)
    for kind, data in samples.items():
        payload = read_payload(NETWORK_PAYLOADS[kind], data)
        assert read_payload(NETWORK_PAYLOADS[kind], canonical_json(payload)) == payload


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"partner_role": "friend"}, "partner_role"),
        ({"name": ""}, "name"),
        ({"name": "A\r\nBcc: b@example.org"}, "name"),
        ({"company_email": "no address"}, "company_email"),
        ({"company_email": "a@b.c\n"}, "company_email"),
        ({"company_email": "A <a@b.example>"}, "company_email"),
        ({"verified_emails": ["a@b.example"] * 101}, "verified_emails"),
        ({"verified_emails": ["x"]}, "verified_emails.0"),
        ({"link_id": "1"}, "link_id"),
        ({"is_admin": True}, "is_admin"),
    ],
)
def test_a_bad_request_to_connect_is_refused_at_its_path(change: dict[str, Any], path: str) -> None:
    """N5: bad input from another organisation."""
    with pytest.raises(InvalidInput) as refused:
        read_payload(ConnectPayload, connect(**change))
    assert list(refused.value.fields) == [path]


def test_a_refusal_says_why_and_an_acceptance_who() -> None:
    """N5: every answer is whole."""
    for data in (
        {"link_id": LINK, "status": "refused"},
        {"link_id": LINK, "status": "connected"},
        {"link_id": LINK, "status": "connected", "name": "A"},
    ):
        with pytest.raises(InvalidInput):
            read_payload(ConnectAnswerPayload, data)
    refused = read_payload(
        ConnectAnswerPayload, {"link_id": LINK, "status": "refused", "reason": "Wrong pair."}
    )
    assert refused.name == ""


def test_switches_are_booleans() -> None:
    """K2: text is no switch."""
    assert read_payload(AutomationSwitchPayload, {}).send_invoices is None
    with pytest.raises(InvalidInput):
        read_payload(AutomationSwitchPayload, {"send_invoices": "yes"})
    with pytest.raises(InvalidInput):
        read_payload(AutomationAskPayload, {"which": "everything"})
    assert read_payload(DisconnectPayload, {"link_id": LINK}).reason == ""
