"""What staff noted about a customer: AddCustomerLog, UpdateCustomerLog, and part of GetCustomer."""

from typing import Any

from sandbox.neto.batch import each
from sandbox.neto.envelope import Reply
from sandbox.neto.shops import Shop
from sandbox.neto.values import Problem, inside, missing, moment, stamp, text

Body = dict[str, Any]
STATUSES = ("Require Recontact", "Recontacting", "Completed")
WORDS = {"AllocatedTo": 255, "FollowUpType": 50, "CustomerName": 100, "Notes": 20_000}
DATES = ("LastContacted", "DateRequiredFollowUp")


def add_customer_log(shop: Shop, body: Body, reply: Reply) -> None:
    """AddCustomerLog. Raises Problem."""

    def write(sent: Body) -> Body:
        username = text(sent.get("Username"), "Username", 50).strip()
        if shop.record("customer", username.lower()) is None:
            raise missing("Customer", username)
        number = str(shop.next("customerlog"))
        log = {**dict.fromkeys((*WORDS, *DATES), ""), "Status": STATUSES[0]}
        log |= {"LogID": number, "Username": username}
        return _change(shop, log, sent)

    _each(shop, body, reply, write)


def update_customer_log(shop: Shop, body: Body, reply: Reply) -> None:
    """UpdateCustomerLog: by LogID. Raises Problem."""

    def write(sent: Body) -> Body:
        number = text(sent.get("LogID"), "LogID", 20)
        return _change(shop, shop.need("customerlog", number, "Customer Log"), sent)

    _each(shop, body, reply, write)


def _each(shop: Shop, body: Body, reply: Reply, write: Any) -> None:
    each(
        shop,
        {"CustomerLog": inside(body.get("CustomerLogs"), "CustomerLog")},
        "CustomerLog",
        reply,
        write,
    )


def _change(shop: Shop, log: Body, sent: Body) -> Body:
    log |= {name: text(sent[name], name, most) for name, most in WORDS.items() if name in sent}
    log |= {name: stamp(moment(sent[name], name)) for name in DATES if name in sent}
    status = text(sent.get("Status"), "Status", 50)
    if status and status not in STATUSES:
        raise Problem("Invalid Request", f"Status is one of {', '.join(STATUSES)}")
    log["Status"] = status or log["Status"]
    keys = [("customerlog.of", str(log["Username"]).lower())]
    shop.put("customerlog", str(log["LogID"]), log, keys)
    return {"LogID": log["LogID"]}


def logs_of(shop: Shop, username: str) -> list[dict[str, str]]:
    """A customer's logs as GetCustomer answers them, oldest first."""
    found = shop.store.found(shop.name, "customerlog.of", username.lower())
    logs = [shop.need("customerlog", id_) for id_ in sorted((one[1] for one in found), key=int)]
    return [
        {
            "LogID": log["LogID"],
            "Customer": log["CustomerName"] or log["Username"],
            "AllocatedTo": log["AllocatedTo"],
            "Status": log["Status"],
            "DateRequiredFollowUp": log["DateRequiredFollowUp"][:10],
            "LastContacted": log["LastContacted"],
            "LastContactedLocal": shop.local(log["LastContacted"]),
            "LastContactedUTC": log["LastContacted"],
            "Notes": log["Notes"],
        }
        for log in logs
    ]
