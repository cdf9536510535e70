"""Who has a crisis and for how long, as arithmetic: a nudge, a grace, and a chain that goes on where it makes sense."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from porchlight.crises import rules
from porchlight.crises.calls import Candidate, Page, Roster
from porchlight.crises.holding.rules import OF_A_BREACH, Attention, Holding, above, attend
from porchlight.crises.rules import Policy, Standing
from porchlight.crises.values import State

LEE, JOSS, PRIYA, MARA, ODA = (UUID(int=n) for n in range(1, 6))
PLACES = {"worker": LEE, "backup": JOSS, "supervisor": PRIYA, "director": MARA}
NINE = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
LEVELS = [(place, minutes * 60) for place, minutes in zip(PLACES, (0, 5, 10, 15), strict=True)]


def policy(levels: Sequence[tuple[str, int]] = LEVELS) -> Policy:
    return Policy.of(
        {
            "levels": [{"position": place, "after_seconds": seconds} for place, seconds in levels],
            "last_resort_id": str(MARA),
        }
    )


def roster(*, away: Sequence[str] = (), asleep: Sequence[UUID] = (), unproven: Sequence[UUID] = ()) -> Roster:
    def one(who: UUID) -> Candidate:
        return Candidate(who, who not in asleep, who not in unproven)

    return Roster({p: [one(who)] for p, who in PLACES.items() if p not in away}, [one(MARA), one(ODA)])


def at(minutes: float) -> datetime:
    return NINE + timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("heard", "nudged", "now", "what", "due"),
    [
        (None, None, 19.9, Attention.WAIT, 20),
        (None, None, 20, Attention.NUDGE, 25),
        (None, None, 33, Attention.NUDGE, 38),  # a late worker: the grace is whole all the same
        (None, 20, 24.9, Attention.WAIT, 25),
        (None, 20, 25, Attention.LET_GO, None),
        (1, None, 300, Attention.REST, None),
        (24, 20, 25, Attention.REST, None),  # the answer to the nudge
    ],
)
def test_a_holder_is_nudged_and_then_let_go_of_unless_they_say_a_word(
    heard: float | None, nudged: float | None, now: float, what: Attention, due: float | None
) -> None:
    holding = Holding(NINE, at(heard) if heard is not None else None, at(nudged) if nudged is not None else None)

    assert attend(holding, policy(), at(now)) == (what, at(due) if due is not None else None)


@pytest.mark.parametrize(
    ("level", "let_go", "who", "next_due"),
    [
        (0, 25, [JOSS], 30),  # the worker fell silent: the backup now, the supervisor five minutes later
        (0, 1, [JOSS], 6),  # given back a minute after it was taken
        (2, 60, [MARA], 65),
        (4, 60, [LEE], 65),  # everybody was called: all of them once more
    ],
)
def test_the_chain_goes_on_behind_whoever_let_go(level: int, let_go: float, who: list[UUID], next_due: float) -> None:
    now = at(let_go)
    since = rules.anew(Standing(State.TAKEN, NINE, level), policy(), now)
    decision = rules.advance(Standing(State.RAISED, since, level), policy(), roster(), {LEE: [False]}, now)

    assert [page.account_id for page in decision.pages] == who
    assert decision.next_due_at == at(next_due)


@pytest.mark.parametrize(
    ("called_at", "seconds", "who", "due"),
    [
        (0, 54, [], 55),
        (0, 55, [JOSS], 110),  # nobody's phone has shown it: the second person within a minute
        (None, 55, [], None),  # it was shown: the person gets the time of the policy
        (0, 300, [JOSS], 355),
    ],
)
def test_what_no_phone_has_shown_is_not_waited_for(
    called_at: int | None, seconds: float, who: list[UUID], due: float | None
) -> None:
    called = at(called_at / 60) if called_at is not None else None
    standing = Standing(State.RAISED, NINE, 0, 0, called)
    found = rules.advance(standing, policy(), roster(), {LEE: [False]}, at(seconds / 60))

    assert [page.account_id for page in found.pages] == who
    assert found.unseen_at == (None if due is None else at(due / 60))
    assert found.next_due_at == at(10 if who else 5)


def test_a_phone_that_failed_its_drill_rings_first_and_the_next_ones_with_it() -> None:
    decision = rules.advance(Standing(State.RAISED, NINE), policy(), roster(unproven=[LEE]), {}, NINE)

    assert [page.account_id for page in decision.pages] == [LEE, JOSS]
    assert decision.next_due_at == at(10)


@pytest.mark.parametrize(
    ("called", "holder", "who", "level"),
    [
        ([], LEE, [PRIYA], 2),
        ([2], LEE, [MARA], 3),
        ([2, 3], LEE, [MARA, ODA], 4),
        ([2, 3, 4], LEE, [PRIYA], 2),  # and again
        ([], PRIYA, [MARA], 3),  # nobody is called to watch themselves
        ([2], MARA, [ODA], 4),
    ],
)
def test_a_clock_that_ran_out_calls_the_supervisor_and_then_who_stands_above(
    called: list[int], holder: UUID, who: list[UUID], level: int
) -> None:
    found = above(policy(), roster(), called=called, holder=holder)

    assert ([page.account_id for page in found.pages], found.level) == (who, level)
    assert {page.round for page in found.pages} == {OF_A_BREACH}


def test_a_breach_skips_who_is_away_and_does_not_wait_for_who_sleeps() -> None:
    found = above(policy(), roster(away=["supervisor"], asleep=[MARA]), called=[], holder=LEE)

    assert [page.account_id for page in found.pages] == [MARA, ODA]
    assert [gap.position for gap in found.nobody] == ["supervisor"]


def test_a_breach_never_calls_nobody() -> None:
    alone = Roster({}, [Candidate(MARA, reachable=True)])

    assert [one.account_id for one in above(policy(), alone, called=[], holder=MARA).pages] == [MARA]


class Night(RuleBasedStateMachine):
    """A crisis through a night of late workers, people who come and go, failures, and holders who let go."""

    @initialize(
        steps=st.lists(st.integers(0, 900), min_size=1, max_size=4),
        first=st.sampled_from([0, 0, 30]),
    )
    def raised(self, steps: list[int], first: int) -> None:
        seconds = [first]
        for step in steps[1:]:
            seconds.append(seconds[-1] + step)
        self.policy = policy(list(zip(PLACES, seconds, strict=False)))
        self.now = NINE
        self.standing = Standing(State.RAISED, NINE)
        self.roster = roster()
        self.failed = False
        self.called_at: datetime | None = None
        self.pages: list[Page] = []
        self.passed: list[tuple[int, int]] = []  # levels called or said to be empty, by round
        self.next_due: datetime | None = None
        self.ask()

    def ask(self) -> None:
        receipts = {LEE: [self.failed]}
        where = replace(self.standing, called_at=self.called_at)
        found = rules.advance(where, self.policy, self.roster, receipts, self.now)
        if found.pages:
            self.called_at = self.now
        for page in found.pages:
            self.pages.append(page)
        self.passed += sorted({(one.round, one.level) for one in (*found.pages, *found.nobody)})
        if (found.level, found.round) != (self.standing.level, self.standing.round):
            self.failed = False
        self.standing = Standing(self.standing.state, self.standing.since, found.level, found.round)
        self.next_due = found.next_due_at

    @rule(seconds=st.integers(0, 400))
    def time_passes(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)
        self.ask()

    @rule()
    def the_timer_rings(self) -> None:
        if self.next_due:
            self.now = max(self.now, self.next_due)
            self.ask()

    @rule()
    def the_timer_rings_twice(self) -> None:
        before = len(self.pages)
        self.ask()
        again = len(self.pages)
        self.ask()
        assert len(self.pages) == again
        assert again >= before

    @precondition(lambda self: self.standing.state is State.RAISED)
    @rule()
    def every_delivery_failed(self) -> None:
        self.failed = True
        self.ask()

    @rule()
    def a_phone_shows_it(self) -> None:
        self.called_at = None
        self.ask()

    @rule(away=st.sets(st.sampled_from(sorted(PLACES))), asleep=st.sets(st.sampled_from([LEE, JOSS, PRIYA, MARA])))
    def people_come_and_go(self, away: set[str], asleep: set[UUID]) -> None:
        self.roster = roster(away=sorted(away), asleep=sorted(asleep))

    @precondition(lambda self: self.standing.state is State.RAISED)
    @rule()
    def somebody_takes_it(self) -> None:
        self.standing = Standing(State.TAKEN, self.standing.since, self.standing.level, self.standing.round)
        self.ask()
        assert self.next_due is None

    @precondition(lambda self: self.standing.state is State.TAKEN)
    @rule()
    def they_let_go(self) -> None:
        before = len(self.passed)
        since = rules.anew(self.standing, self.policy, self.now)
        self.standing = Standing(State.RAISED, since, self.standing.level, self.standing.round)
        self.ask()
        assert len(self.passed) > before  # the next one at once

    @invariant()
    def somebody_is_called_or_due(self) -> None:
        if self.standing.state is State.RAISED:
            assert self.next_due is not None
            assert self.next_due > self.now
            assert self.next_due - self.now <= self.policy.round_length

    @invariant()
    def no_level_of_a_round_is_called_twice(self) -> None:
        assert len(self.passed) == len(set(self.passed))
        assert self.passed == sorted(self.passed)

    @invariant()
    def nothing_drifts(self) -> None:
        """Each next moment is one of the policy's own, counted from where the chain counts, however late it was asked."""
        if self.next_due is None:
            return
        into = (self.next_due - self.standing.since) % self.policy.round_length
        assert into in {timedelta(), *(level.after for level in self.policy.levels)}


Night.TestCase.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
TestNight = Night.TestCase
