"""The words that emergency access is described with."""

from enum import StrEnum


class State(StrEnum):
    OPEN = "open"
    OVER = "over"  # by its hour or by its person; waits for a review
    REVIEWED = "reviewed"


class Finding(StrEnum):
    """What came of a review."""

    RIGHT = "right"  # it was needed
    TALK = "talk"  # to be talked about with the person
    WRONG = "wrong"  # it was not for this person to open
