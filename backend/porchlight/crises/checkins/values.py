"""The words that check-ins are described with."""

from enum import StrEnum


class State(StrEnum):
    RUNNING = "running"
    NUDGED = "nudged"  # the time is over, and the worker was asked
    PAGED = "paged"  # others were called
    OVER = "over"


class Ending(StrEnum):
    SAFE = "safe"  # checked in, in time or after a nudge
    FALSE_ALARM = "false_alarm"  # checked in after others were called
    FOUND = "found"  # somebody else has heard from them
