"""Escalation as arithmetic: who is called next and when; nobody waits for a phone that cannot ring, and it never ends."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from porchlight.crises import rules
from porchlight.crises.calls import Candidate, Decision, Roster
from porchlight.crises.rules import Policy, Standing
from porchlight.crises.values import Outlook, State

LEE, JOSS, PRIYA, MARA = (UUID(int=n) for n in range(1, 5))
ON_CALL = {"worker": LEE, "backup": JOSS, "supervisor": PRIYA, "director": MARA}
THREE_AM = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
SNAPSHOT = {
    "levels": [
        {"position": "worker", "after_seconds": 0},
        {"position": "backup", "after_seconds": 300},
        {"position": "supervisor", "after_seconds": 600},
        {"position": "director", "after_seconds": 900},
    ],
    "last_resort_id": str(MARA),
}
POLICY = Policy.of(SNAPSHOT)
WAITING = [False]
FAILED = [True]


def after(**span: float) -> datetime:
    return THREE_AM + timedelta(**span)


def roster(*, away: Sequence[str] = (), asleep: Sequence[UUID] = ()) -> Roster:
    """Everyone on call with a phone, but for those named."""
    here = {p: [Candidate(who, who not in asleep)] for p, who in ON_CALL.items() if p not in away}
    return Roster(here, [Candidate(MARA, MARA not in asleep)])


def advance(
    level: int = -1,
    now: datetime = THREE_AM,
    *,
    round_: int = 0,
    state: State = State.RAISED,
    people: Roster | None = None,
    receipts: Mapping[UUID, Sequence[bool]] | None = None,
    policy: Policy = POLICY,
) -> Decision:
    given_ = {LEE: WAITING} if receipts is None else receipts
    return rules.advance(Standing(state, THREE_AM, level, round_), policy, people or roster(), given_, now)


def called(decision: Decision) -> list[UUID]:
    return [page.account_id for page in decision.pages]


@pytest.mark.parametrize(
    ("level", "receipts", "expected"),
    [
        (0, {LEE: [False]}, Outlook.NEXT),
        (0, {LEE: [True]}, Outlook.NEXT),  # the next one is on the way already
        (3, {LEE: [True], MARA: [False]}, Outlook.NEXT),
        (4, {LEE: [True], MARA: [False]}, Outlook.AGAIN),
        (4, {LEE: [True, False], MARA: [True]}, Outlook.AGAIN),
        (4, {LEE: [True, True], MARA: []}, Outlook.NOBODY),
        (4, {}, Outlook.NOBODY),
    ],
)
def test_nobody_is_promised_a_call_that_will_not_come(
    level: int, receipts: Mapping[UUID, Sequence[bool]], expected: Outlook
) -> None:
    assert rules.outlook(level, POLICY, receipts) is expected


def test_the_first_person_is_called_at_once() -> None:
    decision = advance()

    assert called(decision) == [LEE]
    assert (decision.level, decision.next_due_at) == (0, after(minutes=5))


@pytest.mark.parametrize(
    ("level", "minutes", "who", "due"),
    [(0, 5, [JOSS], 10), (1, 10, [PRIYA], 15), (2, 15, [MARA], 20), (0, 4.99, [], 5), (2, 14.99, [], 15)],
)
def test_each_level_comes_at_its_time_counted_from_raising(
    level: int, minutes: float, who: list[UUID], due: float
) -> None:
    decision = advance(level, after(minutes=minutes))

    assert called(decision) == who
    assert decision.next_due_at == after(minutes=due)


def test_a_late_worker_does_not_make_the_next_one_later() -> None:
    decision = advance(0, after(minutes=7))

    assert called(decision) == [JOSS]
    assert decision.next_due_at == after(minutes=10)


def test_everybody_who_is_overdue_is_called_at_once() -> None:
    decision = advance(0, after(minutes=12))

    assert called(decision) == [JOSS, PRIYA]
    assert decision.next_due_at == after(minutes=15)


def test_a_level_whose_every_delivery_failed_goes_to_the_next_at_once() -> None:
    decision = advance(0, after(seconds=2), receipts={LEE: [True, True]})

    assert called(decision) == [JOSS]
    assert decision.next_due_at == after(minutes=10)


def test_one_phone_that_still_may_ring_is_waited_for() -> None:
    assert called(advance(0, after(seconds=2), receipts={LEE: [True, False]})) == []


def test_a_person_without_a_phone_is_called_all_the_same_and_the_next_one_at_once() -> None:
    decision = advance(people=roster(asleep=[LEE]))

    assert called(decision) == [LEE, JOSS]
    assert decision.level == 1


def test_an_empty_level_is_skipped_at_once_and_said() -> None:
    decision = advance(people=roster(away=["worker"]))

    assert called(decision) == [JOSS]
    assert [(gap.position, gap.level) for gap in decision.nobody] == [("worker", 0)]


def test_when_nobody_is_on_call_the_last_resort_is_called_at_once() -> None:
    decision = advance(people=roster(away=list(ON_CALL)))

    assert called(decision) == [MARA]
    assert len(decision.nobody) == 4
    assert decision.next_due_at == after(minutes=20)


def test_an_exhausted_chain_calls_the_last_resort_and_starts_anew() -> None:
    decision = advance(3, after(minutes=20), receipts={MARA: WAITING})

    assert set(called(decision)) == {MARA, LEE}
    assert (decision.round, decision.level, decision.next_due_at) == (1, 0, after(minutes=25))


def test_the_second_round_keeps_the_same_clock() -> None:
    decision = advance(0, after(minutes=25), round_=1)

    assert called(decision) == [JOSS]
    assert decision.next_due_at == after(minutes=30)


def test_a_chain_in_which_every_phone_failed_does_not_spin() -> None:
    decision = advance(2, after(seconds=9), receipts={PRIYA: FAILED}, people=roster(asleep=[MARA]))

    assert called(decision) == [MARA]
    assert decision.next_due_at == after(minutes=20)
    assert called(advance(decision.level, after(seconds=10), receipts={MARA: FAILED})) == []


def test_a_night_that_nobody_watched_is_not_called_round_by_round() -> None:
    decision = advance(0, after(hours=9))

    assert sorted(called(decision)) == sorted(set(called(decision)))
    assert set(called(decision)) == {LEE, JOSS, PRIYA, MARA}
    assert decision.next_due_at is not None
    assert after(hours=9) < decision.next_due_at <= after(hours=9, minutes=5)


@pytest.mark.parametrize("state", [State.TAKEN, State.RESOLVED])
def test_a_crisis_that_somebody_has_calls_nobody(state: State) -> None:
    decision = advance(0, after(hours=3), state=state, receipts={})

    assert (called(decision), decision.next_due_at) == ([], None)


def test_a_policy_without_levels_still_has_a_last_resort() -> None:
    bare = Policy.of({"levels": [], "last_resort_id": str(MARA)})

    first = advance(policy=bare, receipts={})
    again = advance(first.level, after(minutes=5), policy=bare, receipts={MARA: WAITING})

    assert (called(first), first.next_due_at) == ([MARA], after(minutes=5))
    assert (called(again), again.next_due_at) == ([MARA], after(minutes=10))


def test_levels_of_a_policy_are_taken_in_the_order_of_their_times() -> None:
    turned = Policy.of({**SNAPSHOT, "levels": list(reversed(SNAPSHOT["levels"]))})

    assert turned == POLICY


def test_two_levels_of_the_same_moment_are_called_together() -> None:
    both = Policy.of({**SNAPSHOT, "levels": [{"position": p, "after_seconds": 0} for p in ("worker", "backup")]})

    assert called(advance(policy=both)) == [LEE, JOSS]


truth = st.booleans()


@given(
    level=st.integers(-1, 4),
    round_=st.integers(0, 5),
    late=st.integers(0, 8 * 3600),
    away=st.sets(st.sampled_from(sorted(ON_CALL))),
    asleep=st.sets(st.sampled_from([LEE, JOSS, PRIYA, MARA])),
    failed=st.lists(truth, max_size=3),
)
def test_it_never_ends_silently_and_never_calls_one_person_twice_at_once(
    level: int, round_: int, late: int, away: set[str], asleep: set[UUID], failed: list[bool]
) -> None:
    people = roster(away=sorted(away), asleep=sorted(asleep))
    now = after(seconds=late)
    decision = advance(level, now, round_=round_, people=people, receipts={LEE: failed})

    # There is always a next moment, and it lies ahead; asking again right away calls nobody new for nothing.
    assert decision.next_due_at is not None
    assert decision.next_due_at > now
    assert len(called(decision)) == len(set(called(decision)))
    again = advance(decision.level, now, round_=decision.round, people=people, receipts={LEE: WAITING})
    assert (called(again), again.next_due_at) == ([], decision.next_due_at)


@given(away=st.sets(st.sampled_from(sorted(ON_CALL))), asleep=st.sets(st.sampled_from([LEE, JOSS, PRIYA, MARA])))
def test_a_new_crisis_always_calls_somebody_and_a_phone_that_rings_if_there_is_one(
    away: set[str], asleep: set[UUID]
) -> None:
    people = roster(away=sorted(away), asleep=sorted(asleep))
    decision = advance(people=people)

    reachable = {one.account_id for each in people.on_call.values() for one in each if one.reachable}
    assert called(decision)
    if reachable or people.behind[0].reachable:
        assert set(called(decision)) & (reachable | {MARA} - asleep)
