"""What a supervisor writes about a rota, before it is one."""

from datetime import date, time
from typing import Annotated, Any, Literal
from uuid import UUID
from zoneinfo import available_timezones

from pydantic import Field, field_validator

from porchlight.core.i18n import _
from porchlight.web.forms import Input, Moment, Unfit

Position = Literal["worker", "backup", "supervisor", "director"]
MOST_MEMBERS, MOST_WINDOWS = 60, 14


class WindowDraft(Input):
    """0 = Monday. One that ends at or before its start ends on the next day."""

    weekdays: Annotated[list[Annotated[int, Field(ge=0, le=6)]], Field(min_length=1, max_length=7)]
    start: time
    end: time


class TurnsDraft(Input):
    """from_at: when it begins to count; without it, now."""

    position: Position
    name: Annotated[str, Field(max_length=80)] = ""
    kind: Literal["hourly", "daily", "weekly", "monthly"]
    length: Annotated[int, Field(ge=1, le=366)]
    first_on: date
    hand_off: time
    priority: Annotated[int, Field(ge=0, le=99)] = 0
    windows: Annotated[list[WindowDraft], Field(max_length=MOST_WINDOWS)] = []
    members: Annotated[list[UUID], Field(max_length=MOST_MEMBERS)]
    from_at: Moment | None = None

    @field_validator("members")
    @classmethod
    def _somebody(cls, members: list[UUID]) -> list[UUID]:
        if not members:
            raise Unfit(_("Add at least one person."))
        return members

    @field_validator("first_on")
    @classmethod
    def _near(cls, first_on: date) -> date:
        if not 2000 <= first_on.year < 2100:
            raise Unfit(_("Write the date like 2026-11-23."))
        return first_on


class OverrideDraft(Input):
    """account_id alone: instead of whoever it is. With instead_of: in their place only. instead_of alone: they are out."""

    position: Position
    account_id: UUID | None = None
    instead_of: UUID | None = None
    from_at: Moment
    to_at: Moment
    reason: Annotated[str, Field(max_length=200)] = ""
    anyway: bool = False


class SpanDraft(Input):
    position: Position
    account_id: UUID
    from_at: Moment
    to_at: Moment


class TemporaryDraft(Input):
    """positions: those it replaces. Where it has nobody, nobody is on call."""

    positions: Annotated[list[Position], Field(min_length=1, max_length=4)]
    from_at: Moment
    to_at: Moment
    reason: Annotated[str, Field(max_length=200)] = ""
    spans: Annotated[list[SpanDraft], Field(max_length=400)] = []
    anyway: bool = False


class ScheduleDraft(Input):
    """positions: whom it has. last_resort_id: who is called where nobody else is; duty_manager_id: who hears of it."""

    name: Annotated[str, Field(min_length=1, max_length=80)]
    region: Annotated[str, Field(max_length=80)] = ""
    time_zone: Annotated[str, Field(min_length=1, max_length=60)]
    positions: Annotated[list[Position], Field(min_length=1, max_length=4)]
    last_resort_id: UUID | None = None
    duty_manager_id: UUID | None = None

    @field_validator("time_zone")
    @classmethod
    def _zone(cls, name: str) -> str:
        if name not in available_timezones():
            raise Unfit(_("Write the time zone with its region and city."))
        return name


def blank(typed: dict[str, Any]) -> dict[str, Any]:
    """What a form sends for a field that nobody filled in is no answer."""
    return {name: value for name, value in typed.items() if value not in ("", [], None)}
