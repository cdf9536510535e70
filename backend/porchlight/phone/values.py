"""The words that deposits are described with."""

from enum import StrEnum


class Outcome(StrEnum):
    ACCEPTED = "accepted"
    WAITING = "waiting"  # parked: a parent or parts are missing, or the picture is being checked
    NEEDS_FIX = "needs_fix"
    HELD = "held"  # accepted, for a supervisor to look at
    WITHDRAWN = "withdrawn"


class Held(StrEnum):
    """Where an item stands that is held for a supervisor. It is never deleted."""

    OPEN = "open"
    TAKEN = "taken"  # into the record
    SET_ASIDE = "set_aside"


class Decision(StrEnum):
    TAKE = "take"
    SET_ASIDE = "set_aside"
    BRING_BACK = "bring_back"
    HAND_ON = "hand_on"  # it stays open, with somebody else
