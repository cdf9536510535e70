"""Whom a crisis calls next, and when: one pure function over the policy as it stood when the crisis was raised."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from porchlight.crises.calls import Candidate, Decision, Nobody, Page, Roster
from porchlight.crises.values import Outlook, State

LONGEST_WORDS = 2000  # characters, in what the caller and the responder write
FIRST_NUMBER = 1001
LEAST_ROUND = timedelta(minutes=5)  # a chain with one level starts anew after this
NUDGE = timedelta(minutes=20)  # without an update after acknowledging (oncall.md, The escalation engine)
GRACE = timedelta(minutes=5)  # to answer the nudge: as long as from one level to the next
ONE_PRESS = timedelta(minutes=1)  # “worse now” counts once in it
UNSEEN = timedelta(seconds=55)  # what no phone has shown by then is lost: the second person within 60 s (oncall.md)
NO_ANSWER = timedelta(minutes=5)  # then the caller is told, with a number to ring (screens.md, c)


NEXT: Mapping[State, frozenset[State]] = {
    State.RAISED: frozenset({State.TAKEN, State.RESOLVED}),
    State.TAKEN: frozenset({State.RAISED, State.RESOLVED}),  # whoever has it gives it back, or falls silent
    State.RESOLVED: frozenset(),
}


def keepable(words: str) -> str:
    """A caller's words as every database keeps them: without NUL, at most LONGEST_WORDS."""
    return words.replace("\x00", " ").strip()[:LONGEST_WORDS]


@dataclass(frozen=True, slots=True)
class Level:
    """after: counted from the moment since when the chain counts, in each round anew."""

    position: str
    after: timedelta


@dataclass(frozen=True, slots=True)
class Policy:
    """Who is called in which order; when nobody answered, the last resort and then the chain anew, without an end.

    nudge, grace: how long whoever has it may be silent before being asked, and then until they let go of it.
    """

    levels: tuple[Level, ...]
    last_resort_id: UUID
    nudge: timedelta = NUDGE
    grace: timedelta = GRACE

    @classmethod
    def of(cls, snapshot: Mapping[str, Any]) -> "Policy":
        """snapshot: {"levels": [{"position", "after_seconds"}], "last_resort_id", "nudge_seconds", "grace_seconds"}."""
        levels = [Level(str(one["position"]), timedelta(seconds=one["after_seconds"])) for one in snapshot["levels"]]
        return cls(
            tuple(sorted(levels, key=lambda level: level.after)),
            UUID(str(snapshot["last_resort_id"])),
            timedelta(seconds=snapshot.get("nudge_seconds", NUDGE.total_seconds())),
            timedelta(seconds=snapshot.get("grace_seconds", GRACE.total_seconds())),
        )

    @property
    def last(self) -> int:
        """The place of the last resort in the chain: behind the last level."""
        return len(self.levels)

    @property
    def round_length(self) -> timedelta:
        """From the first call to the first call of the next round: the last level gets as long as the one before it."""
        after = [level.after for level in self.levels] or [timedelta()]
        return after[-1] + max(LEAST_ROUND, after[-1] - after[-2] if len(after) > 1 else timedelta())

    def due(self, since: datetime, round_: int, level: int) -> datetime:
        """When this level falls due; always counted from the same moment, so that nothing drifts."""
        start = since + round_ * self.round_length
        if level < self.last:
            return start + self.levels[level].after
        return start + self.round_length if self.levels else start


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a crisis stands. level: the highest one called in this round, -1 for none yet.

    since: the moment that the chain counts from. called_at: when the present level was called, None when a phone of
    it has shown the alert (or when there is none).
    """

    state: State
    since: datetime
    level: int = -1
    round: int = 0
    called_at: datetime | None = None

    def due(self, policy: Policy) -> datetime:
        """When the next step falls due."""
        if self.level == policy.last:
            return policy.due(self.since, self.round + 1, 0)
        return policy.due(self.since, self.round, self.level + 1)


def lost(receipts: Mapping[UUID, Sequence[bool]]) -> bool:
    """Whether nobody of a level can be reached: every delivery to every person (a truth each: it failed) failed."""
    return all(all(failed) for failed in receipts.values())


def outlook(level: int, policy: Policy, receipts: Mapping[UUID, Sequence[bool]]) -> Outlook:
    """What to tell people while nobody has it. level: the highest one called in this round; receipts: of all of it."""
    if level < policy.last:
        return Outlook.NEXT
    return Outlook.NOBODY if lost(receipts) else Outlook.AGAIN


def anew(standing: Standing, policy: Policy, now: datetime) -> datetime:
    """Since when the chain counts once whoever had it lets go: the next step is due now, the later ones at their distances.

    Who was called before and did not take it is not waited for again; they come with the next round.
    """
    return standing.since + (now - standing.due(policy))


def is_due(standing: Standing, policy: Policy, receipts: Mapping[UUID, Sequence[bool]], now: datetime) -> bool:
    """Whether `advance` would call anybody: mostly it is asked because a phone has said that it has the alert."""
    return _chain(standing, policy, Roster({}, ()), receipts, now).is_due()


def advance(
    standing: Standing, policy: Policy, roster: Roster, receipts: Mapping[UUID, Sequence[bool]], now: datetime
) -> Decision:
    """Whom to call now, and when to look again (oncall.md, The escalation engine).

    Safe to ask early (nothing happens) and late (everybody overdue is called at once, nobody twice).
    receipts: what became of the deliveries of the present level, see `lost`.
    """
    if standing.state is not State.RAISED:
        return Decision(standing.level, standing.round)
    chain = _chain(standing, policy, roster, receipts, now)
    while chain.step():
        pass
    return chain.decision()


def _chain(
    standing: Standing, policy: Policy, roster: Roster, receipts: Mapping[UUID, Sequence[bool]], now: datetime
) -> "_Chain":
    return _Chain(standing, policy, roster, now, stuck=standing.level >= 0 and lost(receipts))


@dataclass
class _Chain:
    """One walk along the levels, from where the crisis stands to where it should stand now."""

    standing: Standing
    policy: Policy
    roster: Roster
    now: datetime
    stuck: bool = False  # nobody of the present level can be reached: the next one now, not at its time
    pages: dict[UUID, Page] = field(default_factory=dict)
    nobody: list[Nobody] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.level, self.round = self.standing.level, self.standing.round
        self.unseen_since = self.standing.called_at
        whole = (self.now - self.standing.since) // self.policy.round_length
        if whole > self.round + 1:
            # Rounds that nobody lived to see are not called one by one.
            self.level, self.round = -1, whole - 1

    def due(self) -> datetime:
        return Standing(State.RAISED, self.standing.since, self.level, self.round).due(self.policy)

    def unseen_at(self) -> datetime | None:
        if self.unseen_since is None or self.level == self.policy.last:
            return None
        return self.unseen_since + UNSEEN

    def is_due(self) -> bool:
        unseen_at = self.unseen_at()
        early = self.stuck or (unseen_at is not None and self.now >= unseen_at)
        return self.now >= self.due() or (early and self.level != self.policy.last)

    def step(self) -> bool:
        """Call the next level if it is time, or if the present one is lost. False when there is nothing to do yet."""
        if not self.is_due():
            return False
        if self.level == self.policy.last:
            self.level, self.round, self.stuck, self.unseen_since = -1, self.round + 1, False, None
            return True
        self.level += 1
        people = self._people()
        if not people:
            self.nobody.append(Nobody(self.policy.levels[self.level].position, self.level, self.round))
        for one in people:
            self.pages[one.account_id] = Page(one.account_id, self._position(), self.level, self.round)
        self.unseen_since = self.now
        # A phone that failed its drill is rung first all the same, and the next person with it.
        self.stuck = not any(one.reachable and one.proven for one in people)
        return True

    def _position(self) -> str:
        return "" if self.level == self.policy.last else self.policy.levels[self.level].position

    def _people(self) -> Sequence[Candidate]:
        if self.level == self.policy.last:
            return self.roster.behind
        return self.roster.on_call.get(self._position(), [])

    def decision(self) -> Decision:
        return Decision(
            self.level, self.round, tuple(self.pages.values()), tuple(self.nobody), self.due(), self.unseen_at()
        )
