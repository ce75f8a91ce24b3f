"""The statuses of adjustments, transfers and stocktakes, and their moves."""

from hub.choices import Moves, Tone, ToneChoices

_PARTICIPLES = {
    "authorise": "authorised",
    "receive": "received",
    "send": "sent",
    "undo": "undone",
    "void": "voided",
}


class StockTaskStatus(ToneChoices):
    DRAFT = "draft", "Draft", Tone.NEUTRAL, "pencil"
    IN_TRANSIT = "in_transit", "In transit", Tone.ATTENTION, "truck"
    DONE = "done", "Done", Tone.SUCCESS, "circle-check"
    VOID = "void", "Void", Tone.NEUTRAL, "ban"


_ST = StockTaskStatus
ADJUSTMENT_MOVES: Moves[StockTaskStatus] = Moves(
    "adjustment",
    {
        "authorise": ({_ST.DRAFT}, _ST.DONE),
        "undo": ({_ST.DONE}, _ST.DRAFT),
        "void": ({_ST.DRAFT}, _ST.VOID),
    },
    participles=_PARTICIPLES,
)
STOCKTAKE_MOVES: Moves[StockTaskStatus] = Moves(
    "stocktake",
    {
        "authorise": ({_ST.DRAFT}, _ST.DONE),
        "undo": ({_ST.DONE}, _ST.DRAFT),
        "void": ({_ST.DRAFT}, _ST.VOID),
    },
    participles=_PARTICIPLES,
)
TRANSFER_MOVES: Moves[StockTaskStatus] = Moves(
    "transfer",
    {
        "send": ({_ST.DRAFT}, _ST.IN_TRANSIT),
        "receive": ({_ST.IN_TRANSIT}, _ST.DONE),
        "undo": ({_ST.IN_TRANSIT, _ST.DONE}, _ST.DRAFT),
        "void": ({_ST.DRAFT}, _ST.VOID),
    },
    participles=_PARTICIPLES,
)
