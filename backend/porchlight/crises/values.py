"""The words that crises are described with."""

from enum import StrEnum


class State(StrEnum):
    RAISED = "raised"
    TAKEN = "taken"
    RESOLVED = "resolved"


class Reason(StrEnum):
    HURT = "hurt"
    MISSING = "missing"
    THREAT = "threat"
    SUICIDE = "suicide"
    PLACEMENT = "placement"
    WORKER = "worker"  # a worker did not check in; a timer raises it, no form offers it


# Somebody may be hurt in the next minutes: a phone, a text and a call go out together (screens.md, d).
DANGER = frozenset({Reason.HURT, Reason.THREAT, Reason.SUICIDE, Reason.WORKER})


class Ending(StrEnum):
    """How a crisis ended, as the responder says it."""

    CALM = "calm"  # calm again, everyone stays where they are
    MOVED = "moved"  # a child stays somewhere else for now
    HOSPITAL = "hospital"
    POLICE = "police"
    MISTAKE = "mistake"  # the alert was not needed


class Outlook(StrEnum):
    """What happens to a crisis that nobody has taken yet."""

    NEXT = "next"  # somebody is being called, and the next person at the time that stands in the crisis
    AGAIN = "again"  # everybody was called; all of them once more at that time
    NOBODY = "nobody"  # everybody was called and no phone could be woken; all of them once more at that time
