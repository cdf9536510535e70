"""Whom a crisis calls next, and when: one pure function over the policy as it stood when the crisis was raised."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from porchlight.crises.values import Outlook, State

LONGEST_WORDS = 2000  # characters, in what the caller and the responder write
FIRST_NUMBER = 1001
LEAST_ROUND = timedelta(minutes=5)  # a chain with one level starts anew after this
NO_ANSWER = timedelta(minutes=5)  # then the caller is told, with a number to ring (screens.md, c)


NEXT: Mapping[State, frozenset[State]] = {
    State.RAISED: frozenset({State.TAKEN, State.RESOLVED}),
    State.TAKEN: frozenset({State.RESOLVED}),
    State.RESOLVED: frozenset(),
}


def keepable(words: str) -> str:
    """A caller's words as every database keeps them: without NUL, at most LONGEST_WORDS."""
    return words.replace("\x00", " ").strip()[:LONGEST_WORDS]


@dataclass(frozen=True, slots=True)
class Level:
    """after: counted from the moment of raising, in each round anew."""

    position: str
    after: timedelta


@dataclass(frozen=True, slots=True)
class Policy:
    """Who is called in which order; when nobody answered, the last resort and then the chain anew, without an end."""

    levels: tuple[Level, ...]
    last_resort_id: UUID

    @classmethod
    def of(cls, snapshot: Mapping[str, Any]) -> "Policy":
        """snapshot: {"levels": [{"position", "after_seconds"}], "last_resort_id"}."""
        levels = [Level(str(one["position"]), timedelta(seconds=one["after_seconds"])) for one in snapshot["levels"]]
        return cls(tuple(sorted(levels, key=lambda level: level.after)), UUID(str(snapshot["last_resort_id"])))

    @property
    def last(self) -> int:
        """The place of the last resort in the chain: behind the last level."""
        return len(self.levels)

    @property
    def round_length(self) -> timedelta:
        """From the first call to the first call of the next round: the last level gets as long as the one before it."""
        after = [level.after for level in self.levels] or [timedelta()]
        return after[-1] + max(LEAST_ROUND, after[-1] - after[-2] if len(after) > 1 else timedelta())

    def due(self, raised_at: datetime, round_: int, level: int) -> datetime:
        """When this level falls due; always counted from raising, so that nothing drifts."""
        start = raised_at + round_ * self.round_length
        if level < self.last:
            return start + self.levels[level].after
        return start + self.round_length if self.levels else start


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a crisis stands. level: the highest one called in this round, -1 for none yet."""

    state: State
    raised_at: datetime
    level: int = -1
    round: int = 0


@dataclass(frozen=True, slots=True)
class Candidate:
    """reachable: has a phone that can be woken, as far as we know."""

    account_id: UUID
    reachable: bool


@dataclass(frozen=True, slots=True)
class Roster:
    """Who would be called now, by position, and the last resort."""

    on_call: Mapping[str, Sequence[Candidate]]
    last_resort: Candidate


@dataclass(frozen=True, slots=True)
class Page:
    """One person to call now."""

    account_id: UUID
    position: str  # empty for the last resort
    level: int
    round: int


@dataclass(frozen=True, slots=True)
class Nobody:
    """A level on which nobody is on call: it is skipped, and that is written down."""

    position: str
    level: int
    round: int


@dataclass(frozen=True, slots=True)
class Decision:
    level: int
    round: int
    pages: tuple[Page, ...] = ()
    nobody: tuple[Nobody, ...] = ()
    next_due_at: datetime | None = None


def lost(receipts: Mapping[UUID, Sequence[bool]]) -> bool:
    """Whether nobody of a level can still be reached: every delivery to every person failed, or there was none.

    receipts: for each person called on this level, one truth a delivery: it failed.
    """
    return all(all(failed) for failed in receipts.values())


def outlook(level: int, policy: Policy, receipts: Mapping[UUID, Sequence[bool]]) -> Outlook:
    """What to tell people while nobody has it. level: the highest one called in this round.

    receipts: as for `lost`, of everyone who was called in this round.
    """
    if level < policy.last:
        return Outlook.NEXT
    return Outlook.NOBODY if lost(receipts) else Outlook.AGAIN


def advance(
    standing: Standing, policy: Policy, roster: Roster, receipts: Mapping[UUID, Sequence[bool]], now: datetime
) -> Decision:
    """Whom to call now, and when to look again (oncall.md, The escalation engine).

    Safe to ask early (nothing happens) and late (everybody overdue is called at once, nobody twice).
    receipts: what became of the deliveries of the present level, see `lost`.
    """
    if standing.state is not State.RAISED:
        return Decision(standing.level, standing.round)
    chain = _Chain(standing, policy, roster, now)
    if standing.level >= 0 and lost(receipts):
        chain.stuck = True
    while chain.step():
        pass
    return chain.decision()


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
        whole = (self.now - self.standing.raised_at) // self.policy.round_length
        if whole > self.round + 1:
            # Rounds that nobody lived to see are not called one by one.
            self.level, self.round = -1, whole - 1

    def due(self) -> datetime:
        """When the next step falls due."""
        raised_at = self.standing.raised_at
        if self.level == self.policy.last:
            return self.policy.due(raised_at, self.round + 1, 0)
        return self.policy.due(raised_at, self.round, self.level + 1)

    def step(self) -> bool:
        """Call the next level if it is time, or if the present one is lost. False when there is nothing to do yet."""
        exhausted = self.level == self.policy.last
        early = self.stuck and not exhausted
        if self.now < self.due() and not early:
            return False
        if exhausted:
            self.level, self.round, self.stuck = -1, self.round + 1, False
            return True
        self.level += 1
        people = self._people()
        if not people:
            self.nobody.append(Nobody(self.policy.levels[self.level].position, self.level, self.round))
        for one in people:
            self.pages[one.account_id] = Page(one.account_id, self._position(), self.level, self.round)
        self.stuck = not any(one.reachable for one in people)
        return True

    def _position(self) -> str:
        return "" if self.level == self.policy.last else self.policy.levels[self.level].position

    def _people(self) -> Sequence[Candidate]:
        if self.level == self.policy.last:
            return [self.roster.last_resort]
        return self.roster.on_call.get(self._position(), [])

    def decision(self) -> Decision:
        return Decision(self.level, self.round, tuple(self.pages.values()), tuple(self.nobody), self.due())
