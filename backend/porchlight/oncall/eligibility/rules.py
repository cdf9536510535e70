"""Whether somebody may take a shift: what is asked stands in rules.toml and its table; here each kind is judged."""

from calendar import monthrange
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import IntEnum
from uuid import UUID

from porchlight.core.clock import local, local_day
from porchlight.core.i18n import _
from porchlight.core.refused import Refused
from porchlight.oncall.rules import Shift

NIGHT_FROM, NIGHT_TO = time(22), time(6)  # on the wall clock; a call in between costs sleep
MONTHS = 12


class Weight(IntEnum):
    """TOLD: they may, and it is said. ACCEPT: only if a supervisor takes it upon them, in writing. NEVER: they may not."""

    TOLD = 1
    ACCEPT = 2
    NEVER = 3


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing that is asked. position: "" for all. schedule_id: None for all. local: written by the agency."""

    kind: str
    value: str
    source: str
    valid_from: date
    valid_to: date | None = None
    position: str = ""
    schedule_id: UUID | None = None
    local: bool = False


@dataclass(frozen=True, slots=True)
class Person:
    """What is known of somebody. proven_at: when a phone of theirs was last proven; trainings: until when each counts.
    second: a second channel beside push reaches them, or a supervisor accepted push alone."""

    account_id: UUID
    works_here: bool
    roles: frozenset[str]
    languages: frozenset[str]
    employed_since: date | None
    regions: frozenset[str] = frozenset()
    trainings: Mapping[str, date | None] = field(default_factory=dict)
    proven_at: datetime | None = None
    second: bool = False
    called_at: tuple[datetime, ...] = ()  # by crises
    shifts: tuple[Shift, ...] = ()  # what they have already, in any schedule


@dataclass(frozen=True, slots=True)
class Asked:
    """The shift. zone: IANA name of its schedule."""

    position: str
    region: str
    zone: str
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Reason:
    """Why somebody should not have it: a gettext id, and what fills its {names}. source: of the rule."""

    kind: str
    weight: Weight
    message: str
    source: str = ""
    params: Mapping[str, object] = field(default_factory=dict)


def in_force(rules: Iterable[Rule], position: str, schedule_id: UUID | None, day: date) -> list[Rule]:
    """One of each kind on that day: the schedule's before the jurisdiction's, the agency's before ours, then the position's
    own, then the latest. A rule without a value asks nothing."""
    fits = [
        one
        for one in rules
        if one.position in ("", position)
        and one.schedule_id in (None, schedule_id)
        and one.valid_from <= day
        and (one.valid_to is None or day < one.valid_to)
    ]
    fits.sort(key=lambda one: (one.schedule_id is not None, one.local, one.position != "", one.valid_from))
    return [one for one in {one.kind: one for one in fits}.values() if one.value]


def reasons(person: Person, asked: Asked, rules: Sequence[Rule], *, now: datetime) -> list[Reason]:
    """Why this person should not have this shift, the gravest first; empty when they may. rules: of `in_force`."""
    if not person.works_here:
        return [Reason("gone", Weight.NEVER, _("Does not work here any more."))]
    found = (JUDGED[rule.kind](person, asked, rule, now) for rule in rules if rule.kind in JUDGED)
    return sorted((one for one in found if one), key=lambda one: -one.weight)


def _role(person: Person, _asked: Asked, rule: Rule, _now: datetime) -> Reason | None:
    if set(_listed(rule.value)) & person.roles:
        return None
    return Reason("role", Weight.NEVER, _("Does not take shifts in this position."), rule.source)


def _tenure(person: Person, asked: Asked, rule: Rule, _now: datetime) -> Reason | None:
    months, day = int(rule.value), local_day(asked.start, asked.zone)
    if person.employed_since is None:
        return Reason("tenure", Weight.ACCEPT, _("We do not know since when they have worked here."), rule.source)
    if after_months(person.employed_since, months) <= day:
        return None
    said = {"months": months, "since": person.employed_since}
    return Reason("tenure", Weight.ACCEPT, _("Has worked here for less than {months} months."), rule.source, said)


def _training(person: Person, asked: Asked, rule: Rule, _now: datetime) -> Reason | None:
    last = local_day(asked.end, asked.zone)
    for name in _listed(rule.value):
        until = person.trainings.get(name)
        if name not in person.trainings or (until is not None and until <= last):
            words = _("Has not done this training, or it is out of date: {name}.")
            return Reason("training", Weight.ACCEPT, words, rule.source, {"name": name})
    return None


def _language(person: Person, _asked: Asked, rule: Rule, _now: datetime) -> Reason | None:
    if all(one in person.languages for one in _listed(rule.value)):
        return None
    return Reason("language", Weight.ACCEPT, _("Does not speak a language that is needed here."), rule.source)


def _region(person: Person, asked: Asked, rule: Rule, _now: datetime) -> Reason | None:
    if not person.regions or asked.region in person.regions:
        return None
    words = _("Does not take shifts in this region: {region}.")
    return Reason("region", Weight.ACCEPT, words, rule.source, {"region": asked.region})


def _phone(person: Person, _asked: Asked, rule: Rule, now: datetime) -> Reason | None:
    """Only told: a shift always starts, and a phone that is not proven is rung first (oncall.md)."""
    days = int(rule.value)
    if person.proven_at is None:
        return Reason("phone", Weight.TOLD, _("No phone of theirs has been tested."), rule.source)
    if now - person.proven_at <= timedelta(days=days):
        return None
    words = _("Their phone was not tested in the last {days} days.")
    return Reason("phone", Weight.TOLD, words, rule.source, {"days": days})


def _rest(person: Person, asked: Asked, rule: Rule, _now: datetime) -> Reason | None:
    hours = int(rule.value)
    for at in person.called_at:
        if at < asked.start < at + timedelta(hours=hours) and by_night(at, asked.zone):
            words = _("Was called in the night. They need {hours} hours of rest first.")
            return Reason("rest", Weight.ACCEPT, words, rule.source, {"hours": hours})
    return None


def _second(person: Person, _asked: Asked, rule: Rule, _now: datetime) -> Reason | None:
    if person.second:
        return None
    words = _("Only alerts on a phone reach them. A supervisor can accept that under Channels.")
    return Reason("second", Weight.ACCEPT, words, rule.source)


def _alone(person: Person, asked: Asked, rule: Rule, _now: datetime) -> Reason | None:
    for one in person.shifts:
        if one.position != asked.position and one.start < asked.end and asked.start < one.end:
            return Reason("alone", Weight.TOLD, _("Is on call in another position at that time."), rule.source)
    return None


JUDGED: dict[str, Callable[[Person, Asked, Rule, datetime], Reason | None]] = {
    "role": _role,
    "tenure": _tenure,
    "training": _training,
    "language": _language,
    "region": _region,
    "phone": _phone,
    "rest": _rest,
    "alone": _alone,
    "second": _second,
}


def after_months(day: date, months: int) -> date:
    """The same day so many months later; of a day that a month does not have, its last day."""
    years, month = divmod(day.month - 1 + months, MONTHS)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def by_night(at: datetime, zone: str) -> bool:
    clock = local(at, zone).time()
    return clock >= NIGHT_FROM or clock < NIGHT_TO


def _listed(value: str) -> list[str]:
    return [one.strip() for one in value.split(",") if one.strip()]


def check_training(done_on: date, valid_to: date | None, today: date) -> None:
    """Raises Refused for one that was not done yet, or that ends before it was done."""
    if done_on > today:
        raise Refused(_("This day lies ahead. Write down a training once it is done."), field="done_on")
    if valid_to is not None and valid_to <= done_on:
        raise Refused(_("It cannot end before it was done. Look at both dates."), field="valid_to")


def check_employed(since: date | None, today: date) -> None:
    if since is not None and since > today:
        raise Refused(_("This day lies ahead. Look at the date."), field="employed_since")


def named_in_rules(rules: Iterable[Rule]) -> list[str]:
    """The trainings that any rule asks for: only under these names do they count."""
    return sorted({name for one in rules if one.kind == "training" for name in _listed(one.value)})


def as_asked(name: str, names: Iterable[str]) -> str:
    """The name of a training as the rules write it, however it was typed."""
    return next((one for one in names if one.casefold() == name.casefold()), name)
