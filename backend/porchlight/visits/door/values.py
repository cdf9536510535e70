"""On which way an answer came, how a shown code stands, and what a caregiver's phone is told of it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Way(StrEnum):
    """On which way an answer came."""

    LINK = "link"  # the link of a message, or the page that a code leads to
    DOOR = "door"  # kept on the caregiver's own phone at the door, and sent by it
    DIGITS = "digits"  # six digits from the caregiver's phone, which came with the worker's phone


class State(StrEnum):
    """Where the visit behind a code is."""

    NOT_HERE = "not_here"  # the worker's phone has not sent it yet
    HERE = "here"
    OTHER_WORDS = "other_words"  # it is here, and its summary is not the one that the code was over


@dataclass(frozen=True, slots=True)
class AtTheDoor:
    """A code that was shown to a caregiver and is not answered. differs: an answer came over other words and does not count."""

    caregiver: str
    shown_at: datetime
    asked_at: datetime  # when a message asks instead
    differs: bool


@dataclass(frozen=True, slots=True)
class Stands:
    """What the phone that holds a code is told. link: the page that shows the visit, "" while it is not here.

    answer: confirmed | different | "", what this caregiver's answer is; answered_at: when it was said.
    """

    state: State
    link: str = ""
    answer: str = ""
    answered_at: datetime | None = None
