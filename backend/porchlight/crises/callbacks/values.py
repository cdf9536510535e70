"""The words that promised calls are described with."""

from enum import StrEnum


class State(StrEnum):
    PROMISED = "promised"
    KEPT = "kept"  # they were reached
    LET_GO = "let_go"  # the call is not needed any more; somebody wrote why


class Outcome(StrEnum):
    """What became of one try to ring."""

    REACHED = "reached"
    NO_ANSWER = "no_answer"
    MESSAGE = "message"  # a message was left; the promise stands


class Passing(StrEnum):
    """A promise that is to become another person's: until they accept it is its owner's."""

    ASKED = "asked"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    TAKEN_BACK = "taken_back"
