"""A way back in: where it stands, and who may begin it and agree to it. Never one person alone."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from porchlight.core.i18n import _
from porchlight.core.refused import Refused

WAITS = timedelta(hours=24)  # for the second person
LIVES = timedelta(hours=72)  # of the code, from when they agreed (ASVS 6.4.1)


class Stands(StrEnum):
    """Where a recovery stands."""

    WAITING = "waiting"  # for the second person
    AGREED = "agreed"
    USED = "used"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


NEXT: Mapping[Stands, frozenset[Stands]] = {
    Stands.WAITING: frozenset({Stands.AGREED, Stands.WITHDRAWN, Stands.EXPIRED}),
    Stands.AGREED: frozenset({Stands.USED, Stands.WITHDRAWN, Stands.EXPIRED}),
    Stands.USED: frozenset(),
    Stands.WITHDRAWN: frozenset(),
    Stands.EXPIRED: frozenset(),
}
OPEN = frozenset(state for state, following in NEXT.items() if following)


def stands(
    *,
    started_at: datetime,
    confirmed_at: datetime | None,
    used_at: datetime | None,
    withdrawn_at: datetime | None,
    now: datetime,
) -> Stands:
    """Where a recovery with these moments stands now."""
    if used_at:
        return Stands.USED
    if withdrawn_at:
        return Stands.WITHDRAWN
    if confirmed_at:
        return Stands.AGREED if now < confirmed_at + LIVES else Stands.EXPIRED
    return Stands.WAITING if now < started_at + WAITS else Stands.EXPIRED


def check_moves(here: Stands, to: Stands) -> None:
    """Raises Refused when a recovery that stands `here` cannot come to stand there."""
    if to not in NEXT[here]:
        raise Refused(_("This has moved on already. Look at the list again."))


def check_second(actor_id: UUID, *, started_by: UUID, account_id: UUID) -> None:
    """Raises Refused unless this is another one than who began it and whom it is for."""
    if actor_id in {started_by, account_id}:
        raise Refused(_("Somebody else has to agree: another supervisor, or who looks after the accounts."))
