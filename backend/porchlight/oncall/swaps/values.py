"""The words that a swap is described with."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class SwapState(StrEnum):
    ASKED = "asked"  # one person
    OFFERED = "offered"  # everyone who may
    TAKEN = "taken"
    ASSIGNED = "assigned"  # by a supervisor
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"  # its time went by with nobody
    VOID = "void"  # the rota has changed under it


@dataclass(frozen=True, slots=True)
class Stretch:
    """Somebody is on call from start up to and without end."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants for a shift. id: minted by whoever asks, so that a form that is sent twice asks once.

    shift: (schedule, position, seconds since 1970 at which it begins); whose: who had it on the page that was read.
    part: two naive wall times in the schedule's zone; None for where the shift itself begins or ends. to: None for
    everyone who may.
    """

    id: UUID
    shift: tuple[UUID, str, int]
    whose: UUID
    part: tuple[datetime | None, datetime | None] = (None, None)
    to: UUID | None = None
    reason: str = ""
