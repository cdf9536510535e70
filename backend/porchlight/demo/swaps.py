"""A swap that waits for an answer, and one that was turned down."""

from datetime import datetime, time, timedelta

from porchlight.core.clock import at_wall
from porchlight.demo.book import ZONE, Book
from porchlight.oncall import queries, shifts
from porchlight.oncall.models import Swap
from porchlight.oncall.shifts import Held
from porchlight.oncall.swaps.values import SwapState

AHEAD = timedelta(weeks=6)


def load(book: Book) -> None:
    """Lindell cannot come on the first Saturday of his next week and has asked Tamsin; Joss could not."""
    turn = _next(book, "lindell")
    saturday = turn.from_on + timedelta(days=1)
    start, end = (at_wall(datetime.combine(saturday, time(hour)), ZONE) for hour in (8, 20))
    asked_at = book.now - timedelta(hours=5)
    book.put(
        _swap(book, turn, "joss", SwapState.DECLINED, start, end, asked_at - timedelta(days=1)),
        _swap(book, turn, "tamsin", SwapState.ASKED, start, end, asked_at),
    )


def _next(book: Book, key: str) -> Held:
    schedule = next(iter(queries.schedules(book.session, book.organizations["agency"])))
    found = shifts.whole(book.session, schedule, book.now, book.now + AHEAD)
    return next(one for one in found if one.account_id == book.accounts[key] and one.start > book.now)


def _swap(
    book: Book, turn: Held, to: str, state: SwapState, start: datetime, end: datetime, asked_at: datetime
) -> Swap:
    ended = state != SwapState.ASKED
    return Swap(
        schedule_id=book.schedule,
        position=turn.position,
        kind=SwapState.ASKED,
        asked_by=turn.account_id,
        asked_to=book.accounts[to],
        from_at=start,
        to_at=end,
        state=state,
        reason="My niece is getting married",
        made_by=turn.account_id,
        asked_at=asked_at,
        settled_at=asked_at + timedelta(hours=2) if ended else None,
    )
