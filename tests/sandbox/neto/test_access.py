"""Who may call, how often, which store, and what goes wrong on the way."""

import pytest
import requests

from tests.sandbox.neto.client import Store
from tests.sandbox.neto.conftest import filled
from tests.sandbox.running import Running

ASKED = {"Filter": {"Limit": 1, "OutputSelector": ["GrandTotal"]}}


def refused(answer: requests.Response) -> bool:
    found = answer.json()
    assert found["Ack"] in ("Success", "Error")
    return bool(
        found["Ack"] == "Error" and found["Messages"]["Error"]["Message"] == ("Invalid API Key")
    )


def test_keys_of_users_and_of_the_store(store: Store) -> None:
    """A user's key needs the name, the store's does not; blanks around a pasted key do not hurt."""
    filled_with = store.filled
    assert not refused(store.post("GetOrder", ASKED))
    assert not refused(store.post("GetOrder", ASKED, NETOAPI_KEY=f"{filled_with['user_key']} "))
    for headers in (
        {"NETOAPI_USERNAME": ""},
        {"NETOAPI_USERNAME": "somebody"},
        {"NETOAPI_KEY": ""},
        {"NETOAPI_KEY": filled_with["user_key"][:-3]},
    ):
        assert refused(store.post("GetOrder", ASKED, **headers))
    headers = {"NETOAPI_USERNAME": "", "NETOAPI_KEY": filled_with["global_key"]}
    assert not refused(store.post("GetOrder", ASKED, **headers))


def test_users_may_do_what_they_may_do(store: Store) -> None:
    """A permission that is missing looks like a wrong key; so does a key that was revoked."""
    user = store.act("add_user", username="reader", actions=["GetOrder"])
    headers = {"NETOAPI_USERNAME": "reader", "NETOAPI_KEY": user["user_key"]}
    assert not refused(store.post("GetOrder", ASKED, **headers))
    assert refused(store.post("UpdateOrder", {"Order": {"OrderID": "N1"}}, **headers))
    store.act("revoke_key", username="reader")
    assert refused(store.post("GetOrder", ASKED, **headers))
    store.sandbox.control("switches", {"auth_status": 401})
    assert store.post("GetOrder", ASKED, **headers).status_code == 401


def test_both_sorts_of_oauth(store: Store) -> None:
    """Client id and secret as headers; a bearer at the gateway's address."""
    known = {
        "X_ACCESS_KEY": store.filled["client_id"],
        "X_SECRET_KEY": store.filled["client_secret"],
    }
    assert not refused(store.post("GetOrder", ASKED, NETOAPI_KEY="", **known))
    assert refused(store.post("GetOrder", ASKED, NETOAPI_KEY="", **{**known, "X_SECRET_KEY": "x"}))
    url = f"{store.sandbox.url}/v1/stores/{store.name}/do/WS/NetoAPI"
    headers = {"NETOAPI_ACTION": "GetOrder", "Accept": "application/json"}
    headers["Authorization"] = f"Bearer {store.filled['bearer']}"
    for address in (url, store.gateway):
        assert not refused(requests.post(address, json=ASKED, headers=headers, timeout=30))
    headers["Authorization"] = "Bearer of-somebody-else"
    answer = requests.post(url, json=ASKED, headers=headers, timeout=30)
    assert (answer.status_code, refused(answer)) == (401, True)
    store.act("revoke_key", client=True)
    assert refused(store.post("GetOrder", ASKED, NETOAPI_KEY="", **known))


def test_stores_do_not_meet(neto: Running) -> None:
    """Each has its keys, numbers and orders; the host name may say which one, too."""
    one, two = filled(neto, orders=0), filled(neto, orders=0)
    one.act("place_order", kind="single")
    assert two.orders() == []
    assert refused(two.post("GetOrder", ASKED, NETOAPI_KEY=one.filled["user_key"]))
    headers = {
        "Host": f"{one.name}.localhost:80",
        "NETOAPI_ACTION": "GetOrder",
        "NETOAPI_KEY": one.filled["global_key"],
        "Accept": "application/json",
    }
    answer = requests.post(f"{neto.url}/do/WS/NetoAPI", json=ASKED, headers=headers, timeout=30)
    assert len(answer.json()["Order"]) == 1


def test_a_wrong_address_is_a_page(neto: Running) -> None:
    """HTML, as a wrong domain answers."""
    answer = requests.post(f"{neto.url}/nobody/do/WS/NetoAPI", json={}, timeout=30)
    assert answer.status_code == 404 and answer.text.startswith("<!doctype html>")
    with pytest.raises(requests.JSONDecodeError):
        answer.json()


def test_too_many_in_a_minute(store: Store) -> None:
    """429 per store until the minute is over; others are not harmed."""
    control = store.sandbox.control
    other = filled(store.sandbox, orders=0)
    control("clock", {"set": "2027-05-04T10:00:00Z", "stop": True})
    control("switches", {"requests_a_minute": 5, "retry_after": True})
    answers = [store.post("GetOrder", ASKED) for _ in range(7)]
    assert [one.status_code for one in answers] == [200] * 5 + [429] * 2
    assert 1 <= int(answers[-1].headers["retry-after"]) <= 61
    assert other.post("GetOrder", ASKED).status_code == 200
    control("clock", {"advance": 61})
    assert store.post("GetOrder", ASKED).status_code == 200
    control("switches", {"retry_after": False})
    control("clock", {"set": 1_800_000_000})


def test_faults_in_the_vendors_clothes(store: Store) -> None:
    """A slow answer, an error page, HTML with a status of 200, and a cut after the effect."""
    control = store.sandbox.control
    match = {"match": {"path": f"{store.name}/do"}}
    control("faults", {**match, "status": 503, "retry_after": 9})
    answer = store.post("GetOrder", ASKED)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "9")
    control("faults", method="DELETE")
    control("faults", {**match, "delay": 0.4})
    assert store.post("GetOrder", ASKED).elapsed.total_seconds() >= 0.4
    control("faults", method="DELETE")
    control("faults", {**match, "drop": "after"})
    with pytest.raises(requests.ConnectionError):
        store.post("AddOrder", {"Order": {"OrderLine": [{"SKU": "SCALE-01"}]}})
    assert len(store.orders()) == 1


def test_what_is_no_request(store: Store) -> None:
    """Unknown action, no action, bodies of other sorts: an answer in the vendor's words."""
    for action in ("GetNothing", "", "Get<b>Order"):
        found = store.post(action, ASKED).json()
        assert found["Messages"]["Error"]["Message"] == "Request Error"
    for body, message in (
        (b"[1]", "JSON Error"),
        (b"\xff\xfe{", "JSON Error"),
        (b"[" * 100_000, "JSON Error"),
        (b"<GetOrder><Filter>", "XML Error"),
        (b'<!DOCTYPE x [<!ENTITY a "b">]><GetOrder>&a;</GetOrder>', "XML Error"),
        (b'{"Filter": 3}', "Invalid Request"),
        (b'{"Filter": {"Page": -1}}', "Invalid Request"),
        (b'{"Filter": {"Limit": "1e999999"}}', "Invalid Request"),
        (b'{"Filter": {"DateUpdatedFrom": "yesterday"}}', "Invalid Request"),
    ):
        found = store.post("GetOrder", body).json()
        assert (found["Ack"], found["Messages"]["Error"]["Message"]) == ("Error", message), body
    large = b'{"Filter": "' + b" " * 11_000_000 + b'"}'
    assert store.post("GetOrder", large).json()["Ack"] == "Error"
    for action in ("UpdateOrder", "AddOrder", "AddPayment", "UpdateItem", "AddRma"):
        assert store.post(action, {}).json()["Messages"]["Error"]["Message"] == "Request Error"
