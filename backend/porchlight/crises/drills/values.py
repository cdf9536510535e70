"""The words that drills are described with."""

from enum import StrEnum


class DrillState(StrEnum):
    RUNNING = "running"
    PASSED = "passed"
    FAILED = "failed"


class Why(StrEnum):
    SHIFT = "shift"
    WEEKLY = "weekly"
    ASKED = "asked"
