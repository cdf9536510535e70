"""Which channel of a person is tried now, and when to look again: pure, so that it can be held against every fault.

`oncall.md`, Channels: push; without a sign of it in 30 seconds a text, then a call, then e-mail; what failed is
followed by the next channel at once; danger rings everywhere together.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from porchlight.alerts.values import Channel, DeliveryState, Urgency

S = DeliveryState
SEEN = frozenset({S.SHOWN, S.OPENED, S.ACKNOWLEDGED})
ANSWERED = frozenset({S.OPENED, S.ACKNOWLEDGED})

# The next channel waits this long for a sign from the one before, counted from when that one was started.
PATIENCE: Mapping[Channel, timedelta] = {
    Channel.PUSH: timedelta(seconds=30),
    Channel.SMS: timedelta(seconds=30),
    Channel.VOICE: timedelta(seconds=45),  # it rings that long
    Channel.EMAIL: timedelta(seconds=60),
}
# Nobody is waiting: a notice may lie on a phone for a quarter of an hour before it is sent another way.
CALM = timedelta(minutes=15)
TOGETHER = (Channel.PUSH, Channel.SMS, Channel.VOICE)


@dataclass(frozen=True, slots=True)
class Way:
    """One channel by which this person can be reached, in their own order. after: their own patience with it."""

    channel: Channel
    after: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Attempt:
    """What is known of one delivery."""

    channel: Channel
    state: DeliveryState
    made_at: datetime
    failed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Rules:
    """How this alert goes out. started_at: from when it may; held notices start at the end of the quiet hours."""

    urgency: Urgency
    started_at: datetime
    patience: Mapping[Channel, timedelta] = field(default_factory=lambda: PATIENCE)


@dataclass(frozen=True, slots=True)
class Step:
    """What to do now. next_due_at: when to look again if nothing is heard; None: nothing more will be tried."""

    start: tuple[Channel, ...]
    next_due_at: datetime | None


def advance(ways: Sequence[Way], deliveries: Sequence[Attempt], rules: Rules, now: datetime) -> Step:
    """The channels to start now, and when to look again. Asked again in the same moment it starts nothing twice.

    ways: those that can be used now, without what is dead or not set up. deliveries: every one of this alert.
    """
    if any(one.state == S.ACKNOWLEDGED for one in deliveries):
        return Step((), None)
    start: list[Channel] = []
    turn = rules.started_at  # when the channel that is looked at is due
    for way in ways:
        made = [one for one in deliveries if one.channel == way.channel]
        if rules.urgency == Urgency.DANGER and way.channel in TOGETHER:
            turn = rules.started_at
        if not made and turn > now:
            return Step(tuple(start), turn)
        if made:
            begun = min(one.made_at for one in made)
        elif _needed(way.channel, deliveries, rules):
            start.append(way.channel)
            begun = now
        else:
            begun = turn  # passed over, and the one after it has its turn as if it had been tried
        turn = _turn_of_next(way, made, begun, rules)
    return Step(tuple(start), None)


def _turn_of_next(way: Way, made: Sequence[Attempt], begun: datetime, rules: Rules) -> datetime:
    failures = [one.failed_at for one in made if one.state == S.FAILED and one.failed_at]
    if made and len(failures) == len(made):
        return max(failures)  # all of it failed: the next channel now, not at the timer
    if rules.urgency == Urgency.CALM:
        return begun + CALM
    return begun + (way.after or rules.patience[way.channel])


def _needed(channel: Channel, deliveries: Sequence[Attempt], rules: Rules) -> bool:
    """A call wakes whoever sleeps beside a phone that shows it; a text and a letter only repeat what was shown."""
    if rules.urgency == Urgency.DANGER and channel in TOGETHER:
        return True
    enough = ANSWERED if channel == Channel.VOICE else SEEN
    return not any(one.state in enough for one in deliveries)


def exhausted(ways: Sequence[Way], deliveries: Sequence[Attempt], rules: Rules, now: datetime) -> bool:
    """Nothing of this alert may still arrive, and no other channel is left: whoever comes next need not wait."""
    step = advance(ways, deliveries, rules, now)
    return not step.start and step.next_due_at is None and all(one.state == S.FAILED for one in deliveries)
