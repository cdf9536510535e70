"""How many people in a day, and how many files in a minute, are more than a person reads; pure."""

from datetime import datetime, timedelta

from porchlight.core.clock import local_day

PEOPLE_A_DAY = 300  # trust.md, Signing in: beyond this the supervisor is told
FILES_A_MINUTE = 60  # ASVS 2.4.1: beyond this one waits
MINUTE = timedelta(minutes=1)


def told_key(account_id: object, now: datetime, zone: str) -> str:
    """Once on each day of the person's own calendar."""
    return f"many-people/{account_id}/{local_day(now, zone).isoformat()}"


def too_many_people(seen: int) -> bool:
    return seen > PEOPLE_A_DAY


def too_fast(files: int) -> bool:
    return files > FILES_A_MINUTE
