"""The words that phones are described with."""

from enum import StrEnum


class DeviceState(StrEnum):
    """Where a phone stands. Only ACTIVE may read: for the others no session, no key and no alert is given out."""

    ACTIVE = "active"
    LOCKED = "locked"  # until somebody signs in on it again
    WIPING = "wiping"  # ordered to be erased; it has not confirmed
    ERASED = "erased"  # nothing on it can be read; what it had sealed still waits on it
    WIPED = "wiped"  # confirmed, and nothing of its person is left on it
