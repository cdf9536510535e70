"""The words that deposits are described with."""

from enum import StrEnum


class Outcome(StrEnum):
    ACCEPTED = "accepted"
    WAITING = "waiting"  # parked: a parent or parts are missing, or the picture is being checked
    NEEDS_FIX = "needs_fix"
    HELD = "held"  # accepted, for a supervisor to look at
    WITHDRAWN = "withdrawn"
