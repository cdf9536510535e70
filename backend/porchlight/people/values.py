"""The words that phones and sessions are described with."""

from enum import StrEnum


class DeviceState(StrEnum):
    """Where a phone stands. Only ACTIVE may read: for the others no session, no key and no alert is given out."""

    ACTIVE = "active"
    LOCKED = "locked"  # until somebody signs in on it again
    WIPING = "wiping"  # ordered to be erased; it has not confirmed
    ERASED = "erased"  # nothing on it can be read; what it had sealed still waits on it
    WIPED = "wiped"  # confirmed, and nothing of its person is left on it


class How(StrEnum):
    """What somebody showed at the door. Empty in the database: of a session that began before this was kept."""

    PASSKEY = "passkey"
    CODE = "code"  # a password, and the code of an authenticator app
    AGENCY = "agency"  # at the agency's own sign-in
    PRACTICE = "practice"  # in the demo, where nothing has to be shown


# An administrator's pages open with nothing less (ASVS 8.4.2).
STRONG = frozenset({How.PASSKEY, How.CODE, How.AGENCY})
