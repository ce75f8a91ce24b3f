"""Orders and estimates: bills and invoices fulfil them, which closes them."""

from sandbox.common.store import Record
from sandbox.quickbooks.company import Body, Company
from sandbox.quickbooks.errors import Wrong
from sandbox.quickbooks.links import hide_link, show_link


def fulfil(company: Company, kind: str, id_: str, body: Body) -> None:
    """Link a bill to its purchase orders, an invoice to its estimate. Raises Wrong (620)."""
    wanted = "PurchaseOrder" if kind == "Bill" else "Estimate"
    party = "VendorRef" if kind == "Bill" else "CustomerRef"
    links = [dict(one) for one in body.get("LinkedTxn", [])]
    lines: dict[str, set[str]] = {}
    for line in body["Line"]:
        for link in line.get("LinkedTxn", []):
            if link.get("TxnType") != wanted:
                continue
            if "TxnLineId" not in link:
                raise Wrong("2020", "Required parameter TxnLineId is missing", "TxnLineId")
            lines.setdefault(link["TxnId"], set()).add(link["TxnLineId"])
    named = {one["TxnId"] for one in links if one["TxnType"] == wanted} | set(lines)
    own = [one for one in links if one["TxnType"] != wanted]
    if wanted == "Estimate" and len(named) > 1:
        raise Wrong("620", "Transaction cannot be linked : an invoice has one estimate.")
    for target_id in sorted(named):
        target = company.need(wanted, target_id)
        if target.body[party]["value"] != body[party]["value"]:
            raise Wrong("620", "Transaction cannot be linked : it is another party's.")
        show_link(target.body, {"TxnId": id_, "TxnType": kind})
        done = target.body.setdefault("_done", {})
        done[id_] = sorted(lines.get(target_id, set()))
        _close(wanted, target.body)
        company.put(wanted, target_id, target.body)
        own.append({"TxnId": target_id, "TxnType": wanted})
    body["LinkedTxn"] = own
    if not own:
        del body["LinkedTxn"]


def unfulfil(company: Company, kind: str, record: Record) -> None:
    """Open again what a bill or an invoice had closed."""
    wanted = "PurchaseOrder" if kind == "Bill" else "Estimate"
    for link in record.body.get("LinkedTxn", []):
        target = company.get(wanted, link["TxnId"]) if link["TxnType"] == wanted else None
        if target is None:
            continue
        target.body.get("_done", {}).pop(record.id, None)
        hide_link(target.body, {"TxnId": record.id, "TxnType": kind})
        _close(wanted, target.body)
        company.put(wanted, link["TxnId"], target.body)


def _close(kind: str, body: Body) -> None:
    done: dict[str, list[str]] = body["_done"]
    if kind == "Estimate":
        before = body.pop("_status", body.get("TxnStatus", "Pending"))
        body["TxnStatus"] = "Closed" if done else before
        if done:
            body["_status"] = before
        return
    goods = {line["Id"] for line in body["Line"] if line["DetailType"] != "DescriptionOnly"}
    whole = any(not lines for lines in done.values())
    received = {one for lines in done.values() for one in lines}
    body["POStatus"] = "Closed" if done and (whole or goods <= received) else "Open"
