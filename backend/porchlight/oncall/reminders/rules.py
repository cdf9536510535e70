"""Whose shift begins so soon that they are to be reminded; pure."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol, TypeVar
from uuid import UUID

LEAD = timedelta(hours=3)  # until an agency says otherwise [screens.md, journey e]
CHOICES = (0, 1, 2, 3, 6, 12, 24)  # hours; 0: nobody is reminded


class Shiftlike(Protocol):
    @property
    def position(self) -> str: ...
    @property
    def account_id(self) -> UUID: ...
    @property
    def start(self) -> datetime: ...
    @property
    def end(self) -> datetime: ...


S = TypeVar("S", bound=Shiftlike)


def due(found: Sequence[S], lead: timedelta, now: datetime) -> list[S]:
    """Of one schedule's shifts, those that somebody takes over within `lead`; who goes on has nothing to be reminded of."""
    return [
        one
        for one in found
        if now < one.start <= now + lead
        and not any(
            before.position == one.position and before.account_id == one.account_id and before.end == one.start
            for before in found
        )
    ]
