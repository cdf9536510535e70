"""The words that alerts and deliveries are described with."""

from enum import StrEnum


class Severity(StrEnum):
    CRISIS = "crisis"
    TEST = "test"
    NOTICE = "notice"


class Urgency(StrEnum):
    """How an alert sets out: danger rings everywhere at once, soon goes from channel to channel, calm may wait."""

    DANGER = "danger"
    SOON = "soon"
    CALM = "calm"


class Channel(StrEnum):
    """In the order in which they are tried."""

    PUSH = "push"
    SMS = "sms"
    VOICE = "voice"
    EMAIL = "email"


class DeliveryState(StrEnum):
    MADE = "made"
    ACCEPTED = "accepted"  # the provider took it: not proof that anybody saw it
    SHOWN = "shown"  # on the phone's screen, in its messages, or the call was answered
    OPENED = "opened"
    ACKNOWLEDGED = "acknowledged"
    FAILED = "failed"
