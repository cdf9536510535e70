"""Which clock of a crisis runs, when it is due, whether it is over: pure arithmetic over its timeline."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from porchlight.core.clock import local_day
from porchlight.core.i18n import _
from porchlight.core.refused import Refused
from porchlight.crises.clocks.figures import CLOCKS, figure
from porchlight.crises.clocks.values import Clock, Event, Running, Stage, Step
from porchlight.crises.values import Ending, Reason, State

# What may follow. A step may be left out: some crises are settled by telephone. Who gives an alert back puts it to RAISED.
NEXT: dict[Stage, frozenset[Stage]] = {
    Stage.RAISED: frozenset({Stage.TAKEN, Stage.RESOLVED}),
    Stage.TAKEN: frozenset({Stage.RAISED, Stage.LEFT, Stage.ARRIVED, Stage.STABLE, Stage.RESOLVED}),
    Stage.LEFT: frozenset({Stage.RAISED, Stage.ARRIVED, Stage.STABLE, Stage.RESOLVED}),
    Stage.ARRIVED: frozenset({Stage.RAISED, Stage.LEFT, Stage.STABLE, Stage.RESOLVED}),
    Stage.STABLE: frozenset({Stage.RAISED, Stage.LEFT, Stage.ARRIVED, Stage.RESOLVED}),
    Stage.RESOLVED: frozenset({Stage.FOLLOWED_UP}),
    Stage.FOLLOWED_UP: frozenset(),
}

STAGE_OF: Mapping[Step, Stage] = {
    Step.LEFT: Stage.LEFT,
    Step.ARRIVED: Stage.ARRIVED,
    Step.STABLE: Stage.STABLE,
    Step.FOLLOWED_UP: Stage.FOLLOWED_UP,
}

# Since when each clock runs, and what ends it. A child who is back needs no search; who is there must have left.
FROM: Mapping[Clock, str] = {Clock.LEFT: "taken", Clock.FOLLOWED_UP: "resolved"}
ENDED_BY: Mapping[Clock, frozenset[str]] = {
    Clock.TAKEN: frozenset({"taken", "resolved"}),
    Clock.LEFT: frozenset({"left", "arrived", "resolved"}),
    Clock.ARRIVED: frozenset({"arrived", "resolved"}),
    Clock.POLICE: frozenset({"police", "stable", "resolved"}),
    Clock.NCMEC: frozenset({"ncmec", "stable", "resolved"}),
    Clock.STABLE: frozenset({"stable", "resolved"}),
    Clock.RESOLVED: frozenset({"resolved"}),
    Clock.FOLLOWED_UP: frozenset({"followed_up"}),
}
# Only this says that it was done. What the end of a crisis stops was not done by it; who is there has left.
SAID_BY: Mapping[Clock, frozenset[str]] = {
    clock: frozenset({clock.value}) | ({"arrived"} if clock == Clock.LEFT else set()) for clock in Clock
}
ONLY_MISSING = frozenset({Step.NCMEC})


@dataclass(frozen=True, slots=True)
class Facts:
    """What the clocks go by. zone: IANA, in which the day of a rule is meant. ending: of a crisis that is over."""

    reason: Reason
    state: State
    raised_at: datetime
    jurisdiction: str
    zone: str
    ending: str = ""


def clocks(facts: Facts, events: Sequence[Event], now: datetime) -> list[Running]:
    """Every clock that has begun, in the order in which they are shown. Hours are elapsed hours, whatever a wall clock does."""
    found = [_running(facts, events, clock, now) for clock in CLOCKS[facts.reason]]
    return [one for one in found if one]


def _running(facts: Facts, events: Sequence[Event], clock: Clock, now: datetime) -> Running | None:
    since = _since(facts, events, clock)
    if since is None:
        return None
    later = any(one.kind == Step.LATER for one in events)
    rule = figure(clock, facts.jurisdiction, local_day(facts.raised_at, facts.zone), later=later)
    due_at = since + rule.within if rule else None
    done_at = _done(facts, events, clock, since)
    overdue = bool(due_at and done_at is None and now >= due_at)
    logged = any(one.kind in SAID_BY[clock] and since <= one.at for one in events)
    return Running(clock, since, due_at, done_at, overdue, rule.source if rule else "", logged)


def _since(facts: Facts, events: Sequence[Event], clock: Clock) -> datetime | None:
    kind = FROM.get(clock)
    if kind is None:
        return facts.raised_at
    if clock == Clock.FOLLOWED_UP and facts.ending == Ending.MISTAKE:
        return None
    begins = [one.at for one in events if one.kind == kind]
    if clock == Clock.LEFT and not any(one.kind == "arrived" for one in events):
        return max(begins, default=None)  # whoever took it over has not left yet
    return min(begins, default=None)


def _done(facts: Facts, events: Sequence[Event], clock: Clock, since: datetime) -> datetime | None:
    if clock == Clock.TAKEN and facts.state == State.RAISED:
        return None  # it was given back: nobody has it
    ends = (one.at for one in events if one.kind in ENDED_BY[clock] and one.at >= since)
    return min(ends, default=None)


def first(found: Sequence[Running]) -> Running | None:
    """The clock that every screen shows: of those that still run, the one that is due first."""
    running = {one.due_at: one for one in reversed(found) if one.due_at and not one.done_at}
    return running[min(running)] if running else None


def stage(state: State, events: Sequence[Event]) -> Stage:
    """How far the response is. events: in their order."""
    if state == State.RAISED:
        return Stage.RAISED
    if state == State.RESOLVED:
        done = any(one.kind == Step.FOLLOWED_UP for one in events)
        return Stage.FOLLOWED_UP if done else Stage.RESOLVED
    here = Stage.TAKEN
    for one in events:
        if one.kind == Stage.TAKEN:
            here = Stage.TAKEN  # whoever took it now is not yet where the one before was
        if one.kind in (Step.LEFT, Step.ARRIVED, Step.STABLE) and Stage(one.kind) in NEXT[here]:
            here = Stage(one.kind)
    return here


def steps(reason: Reason, here: Stage, *, may_be_later: bool) -> list[Step]:
    """The chips to show now, in their order."""
    return [step for step in Step if _fits(reason, here, step) and (may_be_later or step != Step.LATER)]


def _fits(reason: Reason, here: Stage, step: Step) -> bool:
    if step in ONLY_MISSING and reason != Reason.MISSING:
        return False
    if step == Step.LATER and (reason == Reason.MISSING or here in (Stage.ARRIVED, Stage.STABLE)):
        return False
    if step in STAGE_OF:
        return STAGE_OF[step] in NEXT[here]
    return here not in (Stage.RESOLVED, Stage.FOLLOWED_UP)


def check_can_log(reason: Reason, here: Stage, step: Step) -> None:
    """Raises Refused with what to do instead."""
    if _fits(reason, here, step):
        return
    if here == Stage.RAISED:
        raise Refused(_("Press “I've got it” first."), field="step")
    if here in (Stage.RESOLVED, Stage.FOLLOWED_UP):
        raise Refused(_("This alert is closed. Call your supervisor to add something."), field="step")
    raise Refused(
        _("This does not fit what was logged before. Choose another one, or write it in your own words."), field="step"
    )
