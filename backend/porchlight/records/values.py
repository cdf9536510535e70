"""The words that keeping and erasing are described with."""

from enum import StrEnum


class After(StrEnum):
    """From which day years are counted."""

    CLOSED = "closed"
    GROWN = "grown"


class State(StrEnum):
    """Of an erasure: one person asks, another one does it."""

    ASKED = "asked"
    ERASED = "erased"
    WITHDRAWN = "withdrawn"
