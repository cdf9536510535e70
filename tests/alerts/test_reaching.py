"""Which channel is tried when: held against every fault by a clock that stands still."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from porchlight.alerts.reaching import Attempt, Rules, Step, Way, advance, exhausted
from porchlight.alerts.values import Channel, DeliveryState, Urgency
from tests.world import MONDAY

P, T, V, E = Channel.PUSH, Channel.SMS, Channel.VOICE, Channel.EMAIL
S = DeliveryState
ALL = tuple(Way(one) for one in Channel)


def at(seconds: float) -> datetime:
    return MONDAY + timedelta(seconds=seconds)


def tried(channel: Channel, state: DeliveryState, made: float = 0, failed: float | None = None) -> Attempt:
    return Attempt(channel, state, at(made), None if failed is None else at(failed))


def step(*deliveries: Attempt, now: float, urgency: Urgency = Urgency.SOON, ways: tuple[Way, ...] = ALL) -> Step:
    return advance(ways, deliveries, Rules(urgency, MONDAY), at(now))


PUSHED = tried(P, S.ACCEPTED)
SHOWN = tried(P, S.SHOWN)
TEXTED = tried(T, S.ACCEPTED, made=30)


@pytest.mark.parametrize(
    ("known", "now", "start", "due"),
    [
        ((), 0, (P,), 30),
        ((PUSHED,), 29.9, (), 30),
        ((PUSHED,), 30, (T,), 60),
        ((PUSHED,), 400, (T,), 430),  # the worker slept: what is started late is still waited for
        ((PUSHED, TEXTED), 59, (), 60),
        ((PUSHED, TEXTED), 60, (V,), 105),
        ((PUSHED, TEXTED, tried(V, S.ACCEPTED, 60)), 105, (E,), None),
        ((PUSHED, TEXTED, tried(V, S.ACCEPTED, 60), tried(E, S.ACCEPTED, 105)), 900, (), None),
        # what was shown needs no text, but its sleeper a call
        ((SHOWN,), 30, (), 60),
        ((SHOWN,), 60, (V,), 105),
        ((SHOWN, tried(V, S.ACCEPTED, 60)), 105, (), None),
        # what was opened needs neither
        ((tried(P, S.OPENED),), 60, (), 105),
        ((tried(P, S.OPENED),), 500, (), None),
        ((tried(P, S.ACKNOWLEDGED),), 10, (), None),
        ((PUSHED, tried(T, S.ACKNOWLEDGED, 30)), 60, (), None),
        # what failed is followed at once
        ((tried(P, S.FAILED, 0, 1),), 1, (T,), 31),
        ((tried(P, S.FAILED, 0, 1), tried(T, S.FAILED, 1, 2)), 2, (V,), 47),
        ((tried(P, S.FAILED, 0, 1), tried(T, S.FAILED, 1, 2), tried(V, S.FAILED, 2, 3)), 3, (E,), None),
        # of two phones one that took it is waited for
        ((PUSHED, tried(P, S.FAILED, 0, 1)), 10, (), 30),
        # a try that is still under way is waited for no longer than one that was taken
        ((tried(P, S.MADE),), 29, (), 30),
        ((tried(P, S.MADE),), 30, (T,), 60),
    ],
)
def test_each_channel_has_its_turn(
    known: tuple[Attempt, ...], now: float, start: tuple[Channel, ...], due: float | None
) -> None:
    assert step(*known, now=now) == Step(start, None if due is None else at(due))


def test_in_danger_every_channel_rings_together() -> None:
    assert step(now=0, urgency=Urgency.DANGER).start == (P, T, V)
    assert step(tried(P, S.SHOWN), now=0.3, urgency=Urgency.DANGER).start == (T, V)


def test_a_notice_waits_and_is_not_repeated_where_it_was_shown() -> None:
    calm = (Way(P), Way(E))

    assert step(now=0, urgency=Urgency.CALM, ways=calm) == Step((P,), at(900))
    assert step(PUSHED, now=60, urgency=Urgency.CALM, ways=calm) == Step((), at(900))
    assert step(PUSHED, now=900, urgency=Urgency.CALM, ways=calm) == Step((E,), None)
    assert step(SHOWN, now=900, urgency=Urgency.CALM, ways=calm) == Step((), None)


def test_nothing_leaves_before_it_may() -> None:
    later = Rules(Urgency.CALM, at(3600))

    assert advance(ALL, (), later, at(10)) == Step((), at(3600))
    assert advance(ALL, (), later, at(3600)).start == (P,)


def test_each_person_has_an_order_and_a_patience_of_their_own() -> None:
    mine = (Way(V, timedelta(seconds=20)), Way(P, timedelta(seconds=90)), Way(T))

    assert step(now=0, ways=mine) == Step((V,), at(20))
    assert step(tried(V, S.ACCEPTED), now=20, ways=mine) == Step((P,), at(110))


def test_who_has_no_channel_is_lost_at_once_and_nobody_before() -> None:
    rules = Rules(Urgency.SOON, MONDAY)
    failed = [tried(one, S.FAILED, n, n + 1) for n, one in enumerate(Channel)]

    assert exhausted((), (), rules, MONDAY)
    assert exhausted(ALL, failed, rules, at(5))
    assert not exhausted(ALL, failed[:3], rules, at(5))
    assert not exhausted(ALL, [*failed[:3], tried(E, S.ACCEPTED, 3)], rules, at(500))


STATES = st.sampled_from([S.MADE, S.ACCEPTED, S.SHOWN, S.OPENED, S.FAILED])


@given(
    ways=st.permutations(list(Channel)).flatmap(lambda all_: st.integers(1, 4).map(lambda n: all_[:n])),
    fates=st.lists(STATES, min_size=4, max_size=4),
    urgency=st.sampled_from(Urgency),
)
def test_whatever_happens_each_channel_starts_once_and_the_chain_ends(
    ways: list[Channel], fates: list[DeliveryState], urgency: Urgency
) -> None:
    """Played to its end: nothing starts twice, nobody is forgotten while something is due, and no turn goes back in time."""
    known: list[Attempt] = []
    now = 0.0
    for _ in range(20):
        decided = step(*known, now=now, urgency=urgency, ways=tuple(Way(one) for one in ways))
        assert not {one.channel for one in known} & set(decided.start)
        assert (
            advance(
                [Way(one) for one in ways],
                [*known, *(tried(one, S.MADE, now) for one in decided.start)],
                Rules(urgency, MONDAY),
                at(now),
            ).start
            == ()
        )
        for one in decided.start:
            fate = fates[list(Channel).index(one)]
            known.append(tried(one, fate, now, now + 1 if fate == S.FAILED else None))
        if decided.next_due_at is None and all(one.state != S.FAILED for one in known[-1:]):
            break
        due = (decided.next_due_at - MONDAY).total_seconds() if decided.next_due_at else now + 1
        assert due > now
        now = min(due, now + 1) if known and known[-1].state == S.FAILED else due
    started = {one.channel for one in known}
    seen = any(one.state in (S.SHOWN, S.OPENED) for one in known)
    assert ways[0] in started
    assert seen or started == set(ways)  # nobody saw it: then everything was tried
