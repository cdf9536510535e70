"""A clock that stands still until it is told to move."""

from datetime import datetime, timedelta

from sqlmodel import Session

from tests.world import MONDAY


class Clock:
    def __init__(self, moment: datetime = MONDAY) -> None:
        self.moment = moment

    def __call__(self, _session: Session) -> datetime:
        return self.moment

    def move(self, **span: float) -> datetime:
        """move(minutes=5), move(days=-1): as for timedelta. Returns where it stands now."""
        self.moment += timedelta(**span)
        return self.moment
