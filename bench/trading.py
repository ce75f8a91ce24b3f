"""What a purchase order costs against plain psycopg: making and authorising it, and sending it."""

import json
import statistics
import time
from typing import Any
from uuid import UUID

from django.test import Client

from bench.floors import Floor, Rows, Statement, renewed
from bench.measure import Figure, at_least, at_most, compare
from bench.stage import Stage
from bench.statements import counted
from hub.ids import new_id
from orders.models import SalesOrder
from tenants.boundary import tenant_context
from tenants.jobs import run_job


class Api:
    """One program with one key, calling the application in this process."""

    def __init__(self, key: str) -> None:
        self.client = Client(headers={"Authorization": f"Bearer {key}"}, SERVER_NAME="127.0.0.1")

    def post(self, path: str, body: Any = None) -> Any:
        """POST with an Idempotency-Key; fails loudly."""
        response = self.client.post(
            f"/api/v1/{path}",
            json.dumps(body or {}),
            content_type="application/json",
            headers={"Idempotency-Key": new_id().hex},
        )
        if response.status_code >= 400:
            raise RuntimeError(response.content)
        return response.json()

    def get(self, path: str) -> Any:
        """GET; fails loudly."""
        response = self.client.get(path if path.startswith("http") else f"/api/v1/{path}")
        if response.status_code >= 400:
            raise RuntimeError(response.content)
        return response.json()


def create_and_authorise(api: Api, stage: Stage) -> str:
    """A ten-line purchase order, authorised; two requests."""
    order = api.post("purchase-orders", stage.order_body())
    api.post(f"purchase-orders/{order['id']}/authorise")
    return str(order["id"])


def create_figures(stage: Stage) -> list[Figure]:
    """Statements and time of creating and authorising."""
    api = Api(stage.buyer_key)
    counts = []
    for number in range(100):
        with counted() as statements:
            create_and_authorise(api, stage)
        if number in (0, 99):
            counts.append(len(statements))
    floor = _create_floor(stage, UUID(create_and_authorise(api, stage)))
    ratio = compare(lambda: create_and_authorise(api, stage), floor)
    return [
        at_most("create and authorise 10 lines: statements, first", counts[0], 25),
        at_most("create and authorise 10 lines: statements, hundredth", counts[1], counts[0]),
        at_least(
            "create and authorise 10 lines: of plain psycopg",
            ratio.b_over_a,
            0.12,
            f"{ratio.a_ms:.1f} ms against {ratio.b_ms:.1f} ms",
        ),
    ]


def _create_floor(stage: Stage, order_id: UUID) -> Any:
    floor, tenant = Floor(), stage.buyer_id
    number = Statement(
        "UPDATE tenants_numbersequence SET next_value = next_value + 1 "
        "WHERE tenant_id = %s AND kind = 'purchase_order' RETURNING next_value",
        [tenant],
    )
    recent = "tenant_id = %s AND id >= %s ORDER BY id LIMIT 1"
    orders = floor.rows(tenant, "orders_purchaseorder", "id = %s", [order_id])
    lines = floor.rows(tenant, "orders_purchaseorderline", "order_id = %s", [order_id])
    activity = floor.rows(
        tenant, "tenants_activity", "object_id = %s ORDER BY id LIMIT 1", [order_id]
    )
    answers = floor.rows(tenant, "tenants_idempotencyrecord", recent, [tenant, UUID(int=0)])

    def run() -> None:
        ids = renewed("id")
        orders.renew = {**renewed("number"), "id": ids["id"]}
        lines.renew = {**renewed("id", "line_id"), "order_id": ids["id"]}
        activity.renew = renewed("id")
        answers.renew = renewed("id", "key")
        floor.transaction(tenant, [answers, number, orders, lines, activity])
        fresh = ids["id"][order_id]
        change = Statement(
            "UPDATE orders_purchaseorder SET status = 'authorised' "
            "WHERE tenant_id = %s AND id = %s",
            [tenant, fresh],
        )
        for part in (answers, activity):
            part.renew = {name: {} for name in part.renew}
        floor.transaction(tenant, [answers, change, activity])

    return run


# --- Sending -------------------------------------------------------------------------------------
def send(api: Api, stage: Stage, order_id: str) -> None:
    """Send over the network and deliver, until the pre-sale is committed."""
    sent = api.post(f"purchase-orders/{order_id}/send", {"via": ["network"]})
    assert run_job(stage.buyer_id, UUID(sent["job"]))


def send_figures(stage: Stage) -> list[Figure]:
    """Statements and time of sending, both sides together."""
    api = Api(stage.buyer_key)
    first = create_and_authorise(api, stage)
    with counted() as statements:
        send(api, stage, first)
    floor = _send_floor(stage, UUID(first))
    ready = [create_and_authorise(api, stage) for _ in range(130)]
    ratio = compare(lambda: send(api, stage, ready.pop()), floor)
    return [
        at_most("send over the network: statements on both sides", len(statements), 40),
        at_least(
            "send over the network: of plain psycopg",
            ratio.b_over_a,
            0.10,
            f"{ratio.a_ms:.1f} ms against {ratio.b_ms:.1f} ms",
        ),
    ]


def _send_floor(stage: Stage, order_id: UUID) -> Any:
    floor = Floor()
    buyer, supplier = stage.buyer_id, stage.supplier_id
    with tenant_context(supplier):
        sale_id = SalesOrder.objects.values_list("id", flat=True).get(partner_key=order_id)
    version = floor.rows(buyer, "orders_documentversion", "object_id = %s", [order_id])
    sent = floor.rows(buyer, "network_envelope", "object_id = %s", [order_id])
    job = floor.rows(buyer, "tenants_job", "kind = 'network.deliver' ORDER BY id DESC LIMIT 1", [])
    answer = floor.rows(buyer, "tenants_idempotencyrecord", "tenant_id = %s LIMIT 1", [buyer])
    told = floor.rows(buyer, "tenants_activity", "object_id = %s ORDER BY id LIMIT 1", [order_id])
    sale = floor.rows(supplier, "orders_salesorder", "id = %s", [sale_id])
    lines = floor.rows(supplier, "orders_salesorderline", "order_id = %s", [sale_id])
    got = floor.rows(supplier, "network_envelope", "object_id = %s", [sale_id])
    heard = floor.rows(supplier, "tenants_activity", "object_id = %s LIMIT 1", [sale_id])
    news = floor.rows(supplier, "tenants_notification", "object_id = %s", [sale_id])
    mail = floor.rows(
        supplier, "tenants_mailmessage", "tenant_id = %s ORDER BY id DESC LIMIT 1", [supplier]
    )
    mail_job = floor.rows(
        supplier, "tenants_job", "kind = 'mail.send' ORDER BY id DESC LIMIT 1", []
    )
    number = Statement(
        "UPDATE tenants_numbersequence SET next_value = next_value + 1 "
        "WHERE tenant_id = %s AND kind = 'sales_order' RETURNING next_value",
        [supplier],
    )
    order = Statement(
        "UPDATE orders_purchaseorder SET network_status = 'delivered' "
        "WHERE tenant_id = %s AND id = %s",
        [buyer, order_id],
    )

    def run() -> None:
        ids = renewed("id")["id"]
        for part, names in (
            (version, ("id", "object_id")),
            (sent, ("id", "message_id")),
            (job, ("id",)),
            (answer, ("id", "key")),
            (told, ("id",)),
            (got, ("id", "message_id")),
            (heard, ("id",)),
            (news, ("id",)),
            (mail, ("id",)),
            (mail_job, ("id",)),
        ):
            part.renew = renewed(*names)
        sale.renew = {**renewed("number", "partner_key"), "id": ids}
        lines.renew = {**renewed("id", "line_id"), "order_id": ids}
        _finished(job)
        _finished(mail_job)
        floor.transaction(buyer, [answer, version, job, sent, order, told])
        floor.transaction(buyer, [order])  # the claim
        floor.transaction(supplier, [number, sale, lines, heard, news, mail, mail_job, got])
        told.renew = renewed("id")
        floor.transaction(buyer, [order, told, order])  # the receipt

    return run


def _finished(job: Rows) -> None:
    """A copied job must never be claimed."""
    state = job.columns.index("state")
    job.found = [(*row[:state], "done", *row[state + 1 :]) for row in job.found]


def latency_figure(stage: Stage, seconds: float = 60) -> Figure:
    """From Send to visible at the supplier, with a worker of its own that is idle."""
    api = Api(stage.buyer_key)
    with stage.worker():
        times = []
        deadline = time.monotonic() + seconds
        for _ in range(15):
            order_id = create_and_authorise(api, stage)
            started = time.perf_counter()
            api.post(f"purchase-orders/{order_id}/send", {"via": ["network"]})
            while not _visible(stage, order_id) and time.monotonic() < deadline:
                time.sleep(0.005)
            times.append(time.perf_counter() - started)
    return at_most(
        "from Send to visible at the supplier: median seconds", statistics.median(times), 1
    )


def _visible(stage: Stage, order_id: str) -> bool:
    with tenant_context(stage.supplier_id):
        return SalesOrder.objects.filter(partner_key=order_id).exists()
