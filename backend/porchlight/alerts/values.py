"""The words that alerts and deliveries are described with."""

from enum import StrEnum


class Severity(StrEnum):
    CRISIS = "crisis"
    TEST = "test"
    NOTICE = "notice"


class DeliveryState(StrEnum):
    MADE = "made"
    ACCEPTED = "accepted"  # the push service took it: not proof that anybody saw it
    SHOWN = "shown"
    OPENED = "opened"
    ACKNOWLEDGED = "acknowledged"
    FAILED = "failed"
