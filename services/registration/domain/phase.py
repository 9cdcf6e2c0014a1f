"""Where an open point stands, what its phase allows and where that leads."""

from enum import StrEnum

from shared.aggregate import Machine


class Phase(StrEnum):
    OPEN = "open"
    CLOSED = "closed"
    LOCKED = "locked"
    FINISHED = "finished"
    CANCELLED = "cancelled"


POINT = Machine(
    "open point",
    {
        None: {"open": (Phase.OPEN,)},
        Phase.OPEN: {
            "register": (Phase.OPEN,),
            "cancel": (Phase.OPEN,),
            "answer_offer": (Phase.OPEN,),
            "extend": (Phase.OPEN,),
            "waive": (Phase.OPEN,),
            "close": (Phase.CLOSED,),
            "call_off": (Phase.CANCELLED,),
        },
        Phase.CLOSED: {
            "cancel": (Phase.CLOSED,),
            "answer_offer": (Phase.CLOSED,),
            "draw": (Phase.CLOSED,),
            "waive": (Phase.CLOSED,),
            "close": (Phase.CLOSED,),
            "extend": (Phase.OPEN,),
            "lock": (Phase.LOCKED,),
            "call_off": (Phase.CANCELLED,),
        },
        Phase.LOCKED: {
            "cancel": (Phase.LOCKED,),
            "answer_offer": (Phase.LOCKED,),
            "check_in": (Phase.LOCKED,),
            "undo_check_in": (Phase.LOCKED,),
            "finish": (Phase.FINISHED,),
            "call_off": (Phase.CANCELLED,),
        },
        Phase.FINISHED: {"finish": (Phase.FINISHED,)},
        Phase.CANCELLED: {"call_off": (Phase.CANCELLED,)},
    },
)
"""`finish` and `call_off` come with the activity, which may repeat them, not mix them; closing twice closes once."""
