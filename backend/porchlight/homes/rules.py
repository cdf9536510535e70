"""Where a child lives on a day, and whether a visit there was in the residence."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

# Kinds of a stay that are a place to live. Missing is none; respite is somebody else's house for a weekend.
RESIDENCES = frozenset({"foster_home", "kin_home", "own_home", "other"})


def covers(from_on: date, to_on: date | None, day: date) -> bool:
    """A stay holds from its first day up to and without its last: on a moving day the child lives in the new place."""
    return from_on <= day and (to_on is None or day < to_on)


def is_residence(place: str, stays: Sequence[tuple[str, UUID | None, str] | None]) -> bool:
    """Whether a visit at `place` was in the residence of every child seen.

    stays: for each child seen the (kind, home_id, address) of that day, None when unknown. Siblings in two homes
    cannot both have been seen where they live by one visit (rules.md, 1 and 2: derived from placement on that date).
    """
    if place != "home" or not stays:
        return False
    homes = set()
    for stay in stays:
        if stay is None or stay[0] not in RESIDENCES:
            return False
        homes.add(stay[1] or stay[2])
    return len(homes) == 1
