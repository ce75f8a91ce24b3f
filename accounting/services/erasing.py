"""Deleting what an organisation tried Wharf with (Q3): a job, through one door of the database.

What was shared stays at the partner, the audit report stays, and numbers go on: none is given a
second time.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from django.db import connection as database
from django.urls import reverse

from accounting.models import Connection
from accounting.services.locking import lock_organisation, unlock_organisation
from accounting.services.wizard import answers_of, keep_answers, note_erased
from hub.errors import Conflict, InvalidInput
from hub.faults import fault
from tenants.actor import current_actor
from tenants.boundary import current_tenant
from tenants.jobs import GiveUp, Run
from tenants.models import Job, JobState, Organisation
from tenants.services.activity import log_activity
from tenants.services.jobs import enqueue, retry_job

ERASE_JOB = "accounting.erase"
BATCH = 2_000
LOCKED = (
    "Test data is being deleted. Everything can be read and nothing changed until it is done; the "
    "wizard shows how far it is."
)


class Erasable(StrEnum):
    """A kind of data that can be deleted as a whole."""

    TRANSACTIONS = "transactions"
    PRODUCTS = "products"
    CUSTOMERS = "customers"
    SUPPLIERS = "suppliers"
    OPENING = "opening"
    REFERENCE = "reference"

    @property
    def is_chosen(self) -> bool:
        """Whether it is chosen by itself, besides transactions."""
        return self not in (Erasable.TRANSACTIONS, Erasable.REFERENCE)


LABELS = {
    Erasable.TRANSACTIONS: "Transactions",
    Erasable.PRODUCTS: "Products",
    Erasable.CUSTOMERS: "Customers",
    Erasable.SUPPLIERS: "Suppliers",
    Erasable.OPENING: "Opening balances",
    Erasable.REFERENCE: "Reference books",
}
WORDS = {
    "quotes": "quotes",
    "sales_orders": "sales orders",
    "purchase_orders": "purchase orders",
    "invoices": "invoices",
    "bills": "bills",
    "credit_notes": "credit notes",
    "payments": "payments",
    "receipts": "receipts",
    "shipments": "shipments",
    "journals": "journals",
    "products": "products",
    "customers": "customers",
    "suppliers": "suppliers",
    "opening": "opening balances",
    "tax_rules": "tax rules",
    "terms": "payment terms",
    "accounts": "accounts that Wharf does not post to",
    "locations": "locations",
    "price_tiers": "price tiers",
    "rates": "exchange rates",
}


_ALL = "true"
# What is counted → (the kind it goes with, its table, a condition on row `r`).
COUNTED: Mapping[str, tuple[Erasable, str, str]] = {
    "quotes": (Erasable.TRANSACTIONS, "orders_quote", _ALL),
    "sales_orders": (Erasable.TRANSACTIONS, "orders_salesorder", _ALL),
    "purchase_orders": (Erasable.TRANSACTIONS, "orders_purchaseorder", _ALL),
    "invoices": (Erasable.TRANSACTIONS, "orders_invoice", _ALL),
    "bills": (Erasable.TRANSACTIONS, "orders_bill", _ALL),
    "credit_notes": (Erasable.TRANSACTIONS, "orders_creditnote", _ALL),
    "payments": (Erasable.TRANSACTIONS, "orders_payment", _ALL),
    "receipts": (Erasable.TRANSACTIONS, "orders_receipt", _ALL),
    "shipments": (Erasable.TRANSACTIONS, "orders_shipment", _ALL),
    "journals": (Erasable.TRANSACTIONS, "ledger_journal", "r.event <> 'opening'"),
    "opening": (Erasable.OPENING, "ledger_journal", "r.event = 'opening'"),
    "products": (Erasable.PRODUCTS, "inventory_product", _ALL),
    "customers": (Erasable.CUSTOMERS, "network_contact", "r.is_customer"),
    "suppliers": (Erasable.SUPPLIERS, "network_contact", "r.is_supplier"),
    "tax_rules": (Erasable.REFERENCE, "ledger_taxrule", "NOT r.is_default"),
    "terms": (Erasable.REFERENCE, "ledger_paymentterm", "NOT r.is_default"),
    "accounts": (Erasable.REFERENCE, "ledger_account", "r.role = ''"),
    "locations": (Erasable.REFERENCE, "inventory_location", "NOT r.is_default"),
    "price_tiers": (Erasable.REFERENCE, "ledger_pricetier", _ALL),
    "rates": (Erasable.REFERENCE, "ledger_exchangerate", _ALL),
}
COUNT = " UNION ALL ".join(
    f"SELECT '{what}', '{kind.value}', "  # noqa: S608 - all of it is written above
    f"(SELECT count(*) FROM {table} r WHERE r.tenant_id = %(tenant)s AND {condition})"
    for what, (kind, table, condition) in COUNTED.items()
)


def count_erasable(kinds: Iterable[Erasable] = tuple(Erasable)) -> Mapping[str, int]:
    """What there is of these kinds, by the words of `WORDS`; what is in use may stay."""
    wanted = set(kinds)
    with database.cursor() as cursor:
        cursor.execute(COUNT, {"tenant": current_tenant()})
        return {what: rows for what, kind, rows in cursor.fetchall() if rows and kind in wanted}


@dataclass(frozen=True, slots=True)
class Part:
    """What one call of the door deletes some rows of, and how the job's page says it."""

    name: str
    words: str
    kinds: frozenset[Erasable] = frozenset({Erasable.TRANSACTIONS})


def _parts(words: str, *names: str) -> list[Part]:
    return [Part(name, words) for name in names]


# In this order nothing that is left refers to what is gone (`migrations/0007`).
PARTS = (
    *_parts("Deleting journals", "ledger_journalline", "ledger_journal"),
    *_parts("Deleting stock movements", "inventory_layerentry"),
    *_parts("Untying what stays", "ties"),
    *_parts("Deleting payments", "orders_settlement", "orders_payment"),
    *_parts(
        "Deleting what belongs to documents", "orders_purchasematch", "orders_approvalrequest",
        "orders_orderchange", "orders_documentversion", "orders_boughtfor",
    ),
    *_parts("Deleting credit notes", "orders_creditnoteline", "orders_creditnote"),
    *_parts("Deleting receipts", "orders_receiptline", "orders_receipt"),
    *_parts("Deleting shipments", "orders_shipmentline", "orders_shipment"),
    *_parts("Deleting invoices", "orders_invoiceline", "orders_invoice"),
    *_parts("Deleting bills", "orders_billline", "orders_bill"),
    *_parts("Deleting quotes", "orders_quoteline", "orders_quote"),
    *_parts("Deleting sales orders", "orders_salesorderline", "orders_salesorder"),
    *_parts("Deleting purchase orders", "orders_purchaseorderline", "orders_purchaseorder"),
    *_parts(
        "Deleting stock work", "inventory_stockadjustmentline", "inventory_stockadjustment",
        "inventory_stocktransferline", "inventory_stocktransfer", "inventory_stocktakeline",
        "inventory_stocktake", "inventory_latestprice",
    ),
    *_parts("Deleting stock movements", "inventory_stocklayer", "inventory_stockmovement"),
    *_parts("Working out what is left", "sums"),
    *_parts("Forgetting what was to be sent", "accounting_cogsentry", "accounting_syncdocument"),
    Part("products", "Deleting products", frozenset({Erasable.PRODUCTS})),
    Part(
        "contacts",
        "Deleting customers and suppliers",
        frozenset({Erasable.CUSTOMERS, Erasable.SUPPLIERS}),
    ),
    Part("reference", "Deleting reference books", frozenset({Erasable.REFERENCE})),
    *_parts("Forgetting what was to be sent", "accounting_localchange"),
)  # fmt: skip
# Parts of a few statements over what stays: one call does all.
AT_ONCE = frozenset({"ties", "sums", "reference"})


def begin_erasing(connection: Connection, kinds: Iterable[Erasable], typed_name: str) -> Job:
    """Lock the organisation and start deleting. Raises InvalidInput (the name), Conflict (nothing
    to delete, or it is under way).
    """
    me = Organisation.objects.select_for_update().get(id=current_tenant())
    if " ".join(typed_name.split()).casefold() != me.name.casefold():
        message = f"Type “{me.name}” to say that you mean it."
        raise InvalidInput(message, fields={"name": [message]})
    if erasing_job(connection) is not None:
        raise Conflict("It is being deleted already.", code="erasing")
    wanted = list(kinds)
    before = count_erasable(wanted)
    if not before:
        raise Conflict("There is nothing to delete.", code="nothing_to_erase")
    lock_organisation(LOCKED)
    job = enqueue(
        ERASE_JOB,
        {
            "connection": connection.id,
            "kinds": _values(wanted),
            "before": dict(before),
            "by": current_actor().name or "Somebody",
        },
        title="Delete test data",
    )
    keep_answers(connection, replace(answers_of(connection), data="deleting", erasing=str(job.id)))
    names = ", ".join(LABELS[kind].lower() for kind in wanted)
    log_activity("data.erasing", f"Deleting {names} began", about=me)
    return job


def erasing_job(connection: Connection) -> Job | None:
    """The job that deletes, while the wizard waits for it."""
    answers = answers_of(connection)
    if answers.data != "deleting":
        return None
    return Job.objects.filter(id=answers.erasing).first()


def go_on_erasing(connection: Connection) -> None:
    """Try a deletion that stopped once more, from where it was; raises Conflict."""
    job = erasing_job(connection)
    if job is None:
        raise Conflict("Nothing is being deleted.", code="not_erasing")
    Job.objects.filter(id=job.id, state=JobState.CANCELLED).update(state=JobState.FAILED)
    retry_job(job.id)


# --- The job ---------------------------------------------------------------------------------
def run_erasing(run: Run) -> None:
    """Part by part, so many rows in each transaction. What is gone is not there again, so a job
    whose worker died, or that somebody stopped, begins anew and soon is where it was.
    """
    kinds = [Erasable(each) for each in run.payload["kinds"]]
    parts = [part for part in PARTS if part.kinds & set(kinds)]
    fault("erasing.begun")
    for place, part in enumerate(parts):
        gone = 0
        while True:
            words = f"{part.words}: {gone:,}" if gone else part.words
            if run.progress(place, len(parts), words) == "cancel":
                raise GiveUp("Somebody stopped it. What is deleted stays deleted.")
            with run.transaction():
                went = _erase_some(part, kinds)
                fault("erasing.part_deleted")
            fault("erasing.part_committed")
            gone += went
            if part.name in AT_ONCE or went < BATCH:
                break
    run.progress(len(parts), len(parts), "Letting everybody work again")
    _finish(run, kinds)


def _erase_some(part: Part, kinds: Iterable[Erasable]) -> int:
    with database.cursor() as cursor:
        cursor.execute("SELECT door_erase_part(%s, %s, %s)", [part.name, _values(kinds), BATCH])
        row = cursor.fetchone()
    return int(row[0]) if row else 0


def _finish(run: Run, kinds: list[Erasable]) -> None:
    before: Mapping[str, int] = run.payload["before"]
    with run.finishing() as result:
        me = Organisation.objects.get(id=current_tenant())
        after = count_erasable(kinds)
        gone = {what: count - after.get(what, 0) for what, count in before.items()}
        words = described({what: count for what, count in gone.items() if count})
        connection = Connection.objects.select_for_update(no_key=True).get(
            id=str(run.payload["connection"])
        )
        unlock_organisation()
        note_erased(connection)
        names = ", ".join(LABELS[kind].lower() for kind in kinds)
        by = run.payload["by"]
        log_activity("data.erased", f"{by} deleted {names}: {words}"[:400], about=me)
        result["text"] = f"Deleted: {words}."
        result["link"] = ["Go on with the wizard", reverse("accounting:wizard")]
        fault("erasing.before_finish")
    fault("erasing.finished")


def described(counts: Mapping[str, int]) -> str:
    """12 invoices, 3 payments."""
    return ", ".join(f"{count:,} {_word(what, count)}" for what, count in counts.items())


def _word(what: str, count: int) -> str:
    words = WORDS.get(what, what)
    return words.removesuffix("s") if count == 1 else words


def _values(kinds: Iterable[Erasable]) -> list[str]:
    return sorted({kind.value for kind in kinds})
