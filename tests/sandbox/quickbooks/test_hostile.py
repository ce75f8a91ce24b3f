"""Bodies, queries and addresses that are spoilt at random: never a 500, books balanced."""

import copy
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
import simplejson
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.common.http import Call
from tests.sandbox.quickbooks.direct import SLOW, Direct

WEIRD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.sampled_from([10**400, -1, 0, "", "\x00", "\ud800", "NaN", "1e999", "9" * 5000, 1e300]),
    st.sampled_from([[], {}, [[]], [{}], [None], {"value": None}, {"value": {}}, {"value": []}]),
    st.sampled_from(
        ["TaxInclusive", "EUR", "GroupLineDetail", "Credit", "9999-12-31", "0001-01-01"]
    ),
    st.decimals(
        allow_nan=False, allow_infinity=False, places=4, min_value=-(10**9), max_value=10**9
    ),
    st.text(max_size=20),
    st.lists(st.integers(), max_size=3),
)


def places(value: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place in a body."""
    yield at
    if isinstance(value, dict | list):
        steps = value.items() if isinstance(value, dict) else enumerate(value)
        for step, inner in steps:
            yield from places(inner, (*at, step))


def spoil(body: Any, at: tuple[Any, ...], value: Any, how: str) -> Any:
    """Another body: a value replaced, taken out, or something added beside it."""
    if not at:
        return value if how == "replace" else body
    changed = copy.deepcopy(body)
    holder = changed
    for step in at[:-1]:
        holder = holder[step]
    if how == "remove":
        del holder[at[-1]]
    elif how == "add" and isinstance(holder, dict):
        holder["Unknown" if value else "Line"] = value
    else:
        holder[at[-1]] = value
    return changed


@pytest.fixture(scope="module")
def direct() -> Direct:
    made = Direct(preferences={"ProductAndServicesPrefs.QuantityOnHand": True})
    assert made.call("invoice", made.good()["Invoice"]).status == 200
    assert made.call("bill", made.good()["Bill"]).status == 200
    return made


def test_good_bodies_are_good(direct: Direct) -> None:
    """Or spoiling them would try nothing."""
    good = Direct(preferences={"ProductAndServicesPrefs.QuantityOnHand": True}).good()
    made = Direct(preferences={"ProductAndServicesPrefs.QuantityOnHand": True})
    for entity, body in good.items():
        answer = made.call(entity.lower(), body)
        assert answer.status == 200, (entity, answer.body)
    made.balanced()


@settings(max_examples=800, deadline=None, suppress_health_check=SLOW)
@given(data=st.data())
def test_spoilt_bodies(direct: Direct, data: st.DataObject) -> None:
    """One or two places of a good body are spoilt: refused in the vendor's shape, or taken."""
    good = direct.good()
    entity = data.draw(st.sampled_from(sorted(good)))
    body = good[entity]
    for _ in range(data.draw(st.integers(1, 2))):
        at = data.draw(st.sampled_from(list(places(body))))
        how = data.draw(st.sampled_from(["replace", "replace", "remove", "add"]))
        body = spoil(body, at, data.draw(WEIRD), how)
        if not isinstance(body, dict):
            break
    answer = direct.call(entity.lower(), body)
    if answer.status != 200:
        fault = simplejson.loads(answer.body)["Fault"]
        assert set(fault["Error"][0]) == {"Message", "Detail", "code", "element"}
    direct.balanced()


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"null", b"\xff", b"[" * 50_000, b'{"a":NaN}', b" " * 4_000_001]
)
def test_bodies_that_are_none(direct: Direct, body: bytes) -> None:
    """Each is refused."""
    for path in ("invoice", "batch", "query", "preferences", "taxservice/taxcode", "upload"):
        assert direct.call(path, body).status in (400, 403)


@settings(max_examples=150, deadline=None, suppress_health_check=SLOW)
@given(
    text=st.text(max_size=60),
    middle=st.sampled_from(["WHERE Id = '{}'", "WHERE DocNumber LIKE '{}'", "ORDERBY {}", "{}"]),
)
def test_queries_that_make_no_sense(direct: Direct, text: str, middle: str) -> None:
    """Refused or empty."""
    raw = f"SELECT * FROM Invoice {middle.format(text)}".encode("utf-8", "replace")
    assert direct.call("query", raw).status in (200, 400)
    direct.call(f"invoice/{text.replace('/', '') or 'x'}", b"", method="GET")


TEXT = st.text(max_size=40)


@settings(max_examples=150, deadline=None, suppress_health_check=SLOW)
@given(first=TEXT, second=TEXT, data=st.data())
def test_addresses_that_make_no_sense(
    direct: Direct, first: str, second: str, data: st.DataObject
) -> None:
    """Parameters of any kind, of the company's addresses and of signing in."""
    query = urlencode({"entities": first, "changedSince": second, "asofdate": second})
    query += "&" + urlencode({"accounting_method": second, "summarize_column_by": first})
    query += "&" + urlencode(
        {"sourcecurrencycode": first, "start_date": first, "date_macro": second}
    )
    basis = data.draw(st.sampled_from(["Cash", "Accrual"]))
    by = data.draw(st.sampled_from(["Month", "Days", "Customers", "Year", "Total"]))
    macro = data.draw(st.sampled_from(["all", "This Month", "next fiscal year"]))
    chosen = {"accounting_method": basis, "summarize_column_by": by, "date_macro": macro}
    name = data.draw(st.sampled_from(["ProfitAndLoss", "BalanceSheet", "TrialBalance"]))
    direct.call(f"reports/{name}", b"", urlencode(chosen), "GET")
    for path in ("cdc", "exchangerate", "reports/TrialBalance", "companyinfo/x", "invoice/1/pdf"):
        direct.call(path, b"", query, "GET")
    direct.call("invoice/1/send", b"", urlencode({"sendTo": first}))
    direct.call(
        "customer", {"DisplayName": "Z"}, urlencode({"requestid": first, "operation": second})
    )
    asked = {"client_id": "sandbox-client", "redirect_uri": first, "state": second}
    asked |= {"response_type": "code", "scope": second, "realmId": direct.realm}
    asked |= {"decision": data.draw(st.sampled_from(["allow", "deny", first]))}
    asked["redirect_uri"] = data.draw(
        st.sampled_from([first, "http://[", f"http://127.0.0.1/{first}", "http://localhost/a?b=c"])
    )
    form = urlencode(asked, errors="replace").encode()
    for path, query, body in (
        ("/connect/oauth2", form.decode(), b""),
        ("/v1/openid_connect/userinfo", form.decode(), b""),
        ("/op/v1/jwks", form.decode(), b""),
        ("/connect/oauth2", "", form),
        ("/oauth2/v1/tokens/bearer", "", form),
        ("/v2/oauth2/tokens/revoke", "", simplejson.dumps({"token": first}).encode()),
    ):
        basic = data.draw(
            st.sampled_from(["Basic c2FuZGJveC1jbGllbnQ6c2FuZGJveC1zZWNyZXQ=", first])
        )
        headers = {"authorization": basic, "content-type": "application/json"}
        method = "POST" if body else "GET"
        answer = direct.asked(Call(method, path, query, headers, body, direct.sandbox.clock.now()))
        assert answer.headers.get("location", "").isascii()
