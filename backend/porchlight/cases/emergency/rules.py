"""How long emergency access lasts, when somebody looks at it, and when more people hear of it; pure."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from porchlight.cases.emergency.values import State
from porchlight.core.i18n import _
from porchlight.core.refused import Conflict, Refused

# trust.md, Who may see what.
LASTS = timedelta(minutes=60)
REVIEWED_WITHIN = timedelta(hours=24)
DAY = timedelta(hours=24)
A_DAY = 3  # by one person; from the next one on the director hears of it, too
EXCLUDED = frozenset({"adoption"})  # programs whose files are sealed by a court: no emergency opens them

NEXT: Mapping[State, frozenset[State]] = {
    State.OPEN: frozenset({State.OVER}),
    State.OVER: frozenset({State.REVIEWED}),
    State.REVIEWED: frozenset(),
}


def state(*, ends_at: datetime, ended_at: datetime | None, reviewed_at: datetime | None, now: datetime) -> State:
    """Where one stands; its end needs nobody to note it."""
    if reviewed_at:
        return State.REVIEWED
    return State.OVER if ended_at or now >= ends_at else State.OPEN


def pages_director(opened_before: int) -> bool:
    """opened_before: by the same person within the last DAY."""
    return opened_before >= A_DAY


def check_may_review(stands: State, *, opened_by_reviewer: bool) -> None:
    """Raises Refused for one's own, and while it is open; Conflict when somebody has reviewed it (ASVS 2.3.5)."""
    if opened_by_reviewer:
        raise Refused(_("Somebody else has to review this: it was yours."), field="finding")
    if stands == State.REVIEWED:
        raise Conflict(_("This was reviewed already. Reload the page."))
    if State.REVIEWED not in NEXT[stands]:
        raise Refused(_("It is still open. Review it when it is over."), field="finding")
