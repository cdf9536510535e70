"""Which dated rule holds, and when what it asks for is due. All spans are elapsed time, whatever the wall clock does."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum


class Clock(StrEnum):
    CALLBACK = "callback"  # a promised call is made
    ORAL = "oral"  # a mandated report by telephone
    WRITTEN = "written"  # the same report on paper
    POLICE = "police"  # a missing child, to the police
    NCMEC = "ncmec"  # and to the national center for missing children
    CHECK_IN = "check_in"  # a worker who did not check in: until others are called


class When(StrEnum):
    ALWAYS = "always"
    IF_ASKED = "if_asked"  # only when whoever took the report asks for it
    NOT_IF_ELECTRONIC = "not_if_electronic"  # not when the report was filed electronically
    NEVER = "never"
    VARIES = "varies"  # asked for, by a figure that we do not know


@dataclass(frozen=True, slots=True)
class Rule:
    """minutes: from the moment it is counted from, 0 is at once; None where there is no figure.

    jurisdiction: empty holds wherever no other row does. form: the paper's name. From a day up to and without another.
    """

    clock: Clock
    jurisdiction: str
    minutes: int | None
    source: str
    when: When = When.ALWAYS
    form: str = ""
    valid_from: date = date(2020, 1, 1)
    valid_to: date | None = None


def rule_on(rules: Iterable[Rule], clock: Clock, jurisdiction: str, day: date) -> Rule | None:
    """The rule of a jurisdiction that holds on a day, else the one of all; of several the one that came into force last."""
    held = [
        rule
        for rule in rules
        if rule.clock == clock
        and rule.jurisdiction in {jurisdiction, ""}
        and rule.valid_from <= day
        and (rule.valid_to is None or day < rule.valid_to)
    ]
    return max(held, key=lambda rule: (rule.jurisdiction == jurisdiction, rule.valid_from), default=None)


def due(rule: Rule | None, since: datetime) -> datetime | None:
    """The last moment that is in time. since: aware UTC. None where the rule names no figure."""
    if rule is None or rule.minutes is None:
        return None
    return since + timedelta(minutes=rule.minutes)


def overdue(due_at: datetime | None, now: datetime) -> bool:
    """Whether the last moment in time is over."""
    return due_at is not None and now > due_at
