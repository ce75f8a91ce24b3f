"""The three kinds of stock work: their words, addresses, forms, and what can be done to them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django import forms
from django.urls import reverse

from hub.choices import ToneChoices
from hub.ui.components import Link
from hub.ui.formatting import quantity_text
from inventory.domain.states import StockTaskStatus
from inventory.forms.tasks import (
    AdjustmentForm,
    AdjustmentLineForm,
    ArrivalForm,
    NothingForm,
    TaskForm,
    TaskLineForm,
    TransferForm,
)
from inventory.models import (
    StockAdjustment,
    StockMovement,
    Stocktake,
    StockTask,
    StockTransfer,
)
from inventory.services import adjustments, transfers
from inventory.services.stock_tasks import KINDS, MOVES
from ledger.services.journals import standing_journals
from tenants.domain.permissions import Area, Level, Special
from tenants.selectors import MembershipInForce

MOST_NAMED = 6
Answers = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class TaskVerb:
    """What can be done by a button. It asks first where it has a form or consequences."""

    name: str
    label: str
    done: str
    run: Callable[[UUID, Answers], Any]
    level: Level = Level.APPROVE
    special: Special | None = None
    place: str = "menu"
    icon: str = ""
    tone: str = ""
    form: type[forms.Form] = NothingForm
    text: str = ""
    consequences: Callable[[Any], list[str]] | None = None

    def offered(self, task: StockTask, member: MembershipInForce) -> bool:
        """Whether the task's state and the person's rights allow it now."""
        allowed = MOVES[type(task)].allowed(StockTaskStatus(task.status))
        right = member.can(Area.STOCK, self.level)
        return self.name in allowed and right and (not self.special or member.has(self.special))


@dataclass(frozen=True, slots=True)
class TaskKind:
    """One kind of stock work. `name` begins its url names."""

    model: type[StockTask]
    title: str
    plural: str
    path: str
    list_name: str
    verbs: Sequence[TaskVerb]
    form: type[TaskForm] = TaskForm
    line_form: type[TaskLineForm] = TaskLineForm
    create: Callable[..., StockTask] | None = None
    change: Callable[..., StockTask] | None = None

    @property
    def name(self) -> str:
        """Its name in the code, in addresses of pages and in the audit report."""
        return KINDS[self.model]

    def url(self, task: StockTask, page: str = "") -> str:
        """The task's page, or one of its pages."""
        base = reverse(f"inventory:{self.name}", args=[task.id])
        return f"{base}{page}/" if page else base

    @property
    def list_url(self) -> str:
        """Where all of them are listed."""
        return reverse(self.list_name)

    @property
    def crumb(self) -> Link:
        """The way back to the list."""
        return Link(self.plural, self.list_url)

    def status(self, task: StockTask) -> ToneChoices:
        """The status with its words and colour."""
        return StockTaskStatus(task.status)

    def verb(self, name: str) -> TaskVerb:
        """The verb of that name; KeyError."""
        return {verb.name: verb for verb in self.verbs}[name]


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked before a verb."""

    name: str
    title: str
    url: str
    verb: TaskVerb
    form: forms.Form
    consequences: Sequence[str] = ()

    @property
    def tone(self) -> str:
        """Red for what cannot be undone."""
        return "danger" if self.verb.tone == "critical" else "primary"


@dataclass(frozen=True, slots=True)
class Buttons:
    """The primary action, what stands beside it, the menu, and the questions they ask."""

    primary: Link | None = None
    beside: Sequence[Link] = ()
    menu: Sequence[Link] = ()
    questions: Sequence[Question] = field(default=())


def question(
    kind: TaskKind, verb: TaskVerb, task: StockTask, form: forms.Form | None = None
) -> Question:
    """What the verb asks about the task."""
    consequences = verb.consequences(task) if verb.consequences is not None else []
    return Question(
        f"ask-{verb.name}",
        f"{verb.label}: {task.number}",
        kind.url(task, verb.name),
        verb,
        form if form is not None else verb.form(auto_id=f"{verb.name}-%s"),
        consequences,
    )


def buttons_for(kind: TaskKind, task: StockTask, member: MembershipInForce) -> Buttons:
    """Buttons by state and right."""
    links: dict[str, list[Link]] = {"primary": [], "beside": [], "menu": []}
    questions = []
    if task.status == StockTaskStatus.DRAFT and member.can(Area.STOCK, Level.EDIT):
        page, label = ("count", "Count") if kind.change is None else ("edit", "Edit")
        links["beside"].append(Link(label, kind.url(task, page), "pencil"))
    for verb in kind.verbs:
        if not verb.offered(task, member):
            continue
        tone = {"primary": "primary", "beside": "", "menu": verb.tone}[verb.place]
        asked = question(kind, verb, task)
        links[verb.place].append(
            Link(f"{verb.label}…", asked.url, verb.icon, tone=tone, dialog=asked.name)
        )
        questions.append(asked)
    first = links["primary"][0] if links["primary"] else None
    return Buttons(first, links["beside"], links["menu"], questions)


# --- What a verb will do, in words --------------------------------------------------------------
def _named(lines: Sequence[str], noun: str) -> list[str]:
    more = len(lines) - MOST_NAMED
    rest = [f"and {more} more {noun}."] if more > 0 else []
    return [*lines[:MOST_NAMED], *rest]


def _changed(task: StockAdjustment) -> list[str]:
    place = task.location.name
    lines = [
        f"{line.product.sku}: {quantity_text(abs(line.quantity))} "
        f"{'more' if line.quantity > 0 else 'less'} at {place}."
        for line in task.lines.select_related("product").order_by("position")
    ]
    account = task.account.name if task.account is not None else "Inventory discrepancy"
    return [*_named(lines, "products"), f"Their cost is posted to {account}."]


def _sent(task: StockTransfer) -> list[str]:
    lines = [
        f"{line.product.sku}: {quantity_text(line.quantity)} leave {task.location.name}."
        for line in task.lines.select_related("product").order_by("position")
    ]
    arrives = f"Until {task.destination.name} receives them they are in transit, at their cost."
    return [*_named(lines, "products"), arrives]


def _counted(task: Stocktake) -> list[str]:
    rows = list(task.lines.select_related("product").order_by("position"))
    differing = [
        f"{line.product.sku}: {quantity_text(line.expected)} expected, "
        f"{quantity_text(line.counted)} counted."
        for line in rows
        if line.counted is not None and line.counted != line.expected
    ]
    lines = _named(differing, "products")
    open_count = sum(line.counted is None for line in rows)
    if not differing:
        lines = ["Everything that was counted agrees; no stock changes."]
    else:
        lines.append("The differences are posted to Inventory discrepancy.")
    if open_count:
        lines.append(f"{open_count} not counted: they stay as they are.")
    return lines


def _taken_back(task: StockTask) -> list[str]:
    rows = StockMovement.objects.filter(source_id=task.id, reverses=None)
    undone = StockMovement.objects.filter(source_id=task.id).exclude(reverses=None)
    moved = rows.exclude(id__in=undone.values("reverses_id")).count()
    journals = [str(one) for one in standing_journals([task.id])]
    lines = [f"{moved} movement{'' if moved == 1 else 's'} of stock taken back."]
    if journals:
        lines.append(f"Reversed in the book: {', '.join(_named(journals, 'journals'))}.")
    return [*lines, "It is a draft again and can be changed."]


def _voided(task: StockTask) -> list[str]:
    return [f"{task.number} stays in the list as void; its number is not used again."]


def _undo(service: Callable[[UUID], Any]) -> TaskVerb:
    return TaskVerb(
        "undo",
        "Undo: back to draft",
        "{number} is a draft again.",
        lambda task_id, _answers: service(task_id),
        special=Special.UNDO,
        icon="arrow-back-up",
        consequences=_taken_back,
    )


def _void(service: Callable[[UUID], Any], noun: str) -> TaskVerb:
    return TaskVerb(
        "void",
        f"Void {noun}",
        "{number} voided.",
        lambda task_id, _answers: service(task_id),
        special=Special.VOID,
        icon="ban",
        tone="critical",
        text="Voiding cannot be undone.",
        consequences=_voided,
    )


ADJUSTMENT = TaskKind(
    StockAdjustment,
    "Adjustment",
    "Adjustments",
    "adjustments",
    "inventory:adjustments",
    (
        TaskVerb(
            "authorise",
            "Authorise adjustment",
            "{number} authorised.",
            lambda task_id, _answers: adjustments.authorise_adjustment(task_id),
            place="primary",
            icon="circle-check",
            consequences=_changed,
        ),
        _undo(adjustments.undo_adjustment),
        _void(adjustments.void_adjustment, "adjustment"),
    ),
    AdjustmentForm,
    AdjustmentLineForm,
    adjustments.draft_adjustment,
    adjustments.change_adjustment,
)
TRANSFER = TaskKind(
    StockTransfer,
    "Transfer",
    "Transfers",
    "transfers",
    "inventory:transfers",
    (
        TaskVerb(
            "send",
            "Send goods",
            "{number} is on its way.",
            lambda task_id, _answers: transfers.send_transfer(task_id),
            place="primary",
            icon="truck",
            consequences=_sent,
        ),
        TaskVerb(
            "receive",
            "Receive goods",
            "{number} has arrived.",
            lambda task_id, answers: transfers.receive_transfer(
                task_id, received_on=answers.get("received_on")
            ),
            place="primary",
            icon="package-import",
            form=ArrivalForm,
            consequences=lambda task: [f"The goods are on hand at {task.destination.name}."],
        ),
        _undo(transfers.undo_transfer),
        _void(transfers.void_transfer, "transfer"),
    ),
    TransferForm,
    TaskLineForm,
    transfers.draft_transfer,
    transfers.change_transfer,
)
STOCKTAKE = TaskKind(
    Stocktake,
    "Stocktake",
    "Stocktakes",
    "stocktakes",
    "inventory:stocktakes",
    (
        TaskVerb(
            "authorise",
            "Authorise stocktake",
            "{number} authorised.",
            lambda task_id, _answers: adjustments.authorise_stocktake(task_id),
            place="primary",
            icon="circle-check",
            consequences=_counted,
        ),
        _undo(adjustments.undo_stocktake),
        _void(adjustments.void_stocktake, "stocktake"),
    ),
)
TASK_KINDS = (ADJUSTMENT, TRANSFER, STOCKTAKE)
