"""When a child is to be seen next, and what the last months of visits were; the figures come in as dated rules."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple

COUNTS = "caseworker_visit"  # the one kind that can be the monthly visit (rules.md, 1: face to face, by a caseworker)
REMOTE = frozenset({"video", "phone"})
MONTHS = 6
MONTHLY = 31  # days; a rule of so many days or fewer asks for a visit in every calendar month
SOON = 7  # days; what falls due within a week stands on the day's list


class Due(StrEnum):
    LATE = "late"
    TODAY = "today"
    SOON = "soon"
    LATER = ""


class MonthState(StrEnum):
    HOME = "home"  # seen where the child lives
    ELSEWHERE = "elsewhere"  # seen, never where the child lives
    REMOTE = "remote"  # by video or phone only, which does not count
    MISSED = "missed"
    NONE = "none"  # no visit was due, or it still may come


@dataclass(frozen=True, slots=True)
class Rule:
    """At least one counted visit in every `every_days` days, from a day up to and without another."""

    program: str
    every_days: int
    source: str
    valid_from: date
    valid_to: date | None


class Seen(NamedTuple):
    """One contact with one child, on the wall clock's day where it happened."""

    day: date
    kind: str
    in_residence: bool
    seen: bool


@dataclass(frozen=True, slots=True)
class Month:
    month: date  # its first day
    state: MonthState
    on: date | None = None  # the last visit that gave it this state


@dataclass(frozen=True, slots=True)
class Standing:
    """How one child stands today. Days are counted from today: `days_left` below 0 is late."""

    last_seen_on: date | None
    days_since: int | None
    due_on: date | None
    days_left: int | None
    source: str
    months: tuple[Month, ...]

    @property
    def due(self) -> Due:
        return due_state(self.days_left)


def due_state(days_left: int | None) -> Due:
    if days_left is None or days_left > SOON:
        return Due.LATER
    if days_left < 0:
        return Due.LATE
    return Due.TODAY if days_left == 0 else Due.SOON


def counts(contact: Seen) -> bool:
    """Whether it was the visit that the rule asks for: attempted, video, phone, an aide's trip and "not seen" are not."""
    return contact.kind == COUNTS and contact.seen


def rule_on(rules: Iterable[Rule], program: str, day: date) -> Rule | None:
    """The rule of a program that holds on a day; of several the one that came into force last."""
    held = [
        rule
        for rule in rules
        if rule.program == program and rule.valid_from <= day and (rule.valid_to is None or day < rule.valid_to)
    ]
    return max(held, key=lambda rule: rule.valid_from, default=None)


def due(rule: Rule | None, *, started_on: date, seen_on: date | None) -> date | None:
    """The last day on which the next visit is still in time; None where no rule holds.

    Counted from the last counted visit, or from the day on which the work with the child began when that is later.
    """
    if rule is None:
        return None
    since = max(seen_on, started_on) if seen_on else started_on
    return since + timedelta(days=rule.every_days)


def first_of_month(day: date, back: int = 0) -> date:
    """The first day of the month that lies `back` months before the one of `day`."""
    month = day.year * 12 + day.month - 1 - back
    return date(month // 12, month % 12 + 1, 1)


def months(rule: Rule | None, contacts: Sequence[Seen], *, started_on: date, today: date) -> tuple[Month, ...]:
    """The last six calendar months, this one last."""
    return tuple(
        _month(rule, contacts, first_of_month(today, back), started_on, today) for back in reversed(range(MONTHS))
    )


def _month(rule: Rule | None, contacts: Sequence[Seen], first: date, started_on: date, today: date) -> Month:
    after = first_of_month(first, -1)
    here = [contact for contact in contacts if first <= contact.day < after]
    counted = [contact for contact in here if counts(contact)]
    for state, found in (
        (MonthState.HOME, [c for c in counted if c.in_residence]),
        (MonthState.ELSEWHERE, counted),
        (MonthState.REMOTE, [c for c in here if c.kind in REMOTE]),
    ):
        if found:
            return Month(first, state, max(contact.day for contact in found))
    before = [contact.day for contact in contacts if contact.day < first and counts(contact)]
    due_on = due(rule, started_on=started_on, seen_on=max(before, default=None))
    return Month(first, MonthState.MISSED if _missed(rule, due_on, first, started_on, today) else MonthState.NONE)


def _missed(rule: Rule | None, due_on: date | None, first: date, started_on: date, today: date) -> bool:
    """Whether a month without a counted visit should have had one.

    The running month is missed once the visit is late. Before it, only a full calendar month in care asks for one
    (rules.md, 1): each of them where visits are monthly, else the one in which the visit fell due.
    """
    if rule is None or due_on is None:
        return False
    after = first_of_month(first, -1)
    if after > today:
        return due_on < today
    return started_on <= first and (rule.every_days <= MONTHLY or due_on < after)


def standing(
    rule: Rule | None, contacts: Sequence[Seen], *, started_on: date, seen_on: date | None, today: date
) -> Standing:
    """contacts: those of the last six months and, for the first of them, of `every_days` before it.

    seen_on: the day of the last counted visit, however long ago.
    """
    due_on = due(rule, started_on=started_on, seen_on=seen_on)
    left = (due_on - today).days if due_on else None
    return Standing(
        last_seen_on=seen_on,
        days_since=(today - seen_on).days if seen_on else None,
        due_on=due_on,
        days_left=left,
        source=rule.source if rule else "",
        months=months(rule, contacts, started_on=started_on, today=today),
    )
