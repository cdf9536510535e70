"""What happens to a crisis that somebody has: pure functions over moments and a roster."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from porchlight.crises.calls import Candidate, Nobody, Page, Roster
from porchlight.crises.rules import Policy

ABOVE = ("supervisor", "director")  # whom a clock that ran out calls, in this order; then the last resort
OF_A_BREACH = -1  # the round of a page that is no part of the chain


class Attention(StrEnum):
    """What to do about whoever has a crisis."""

    WAIT = "wait"
    NUDGE = "nudge"
    LET_GO = "let_go"
    REST = "rest"


@dataclass(frozen=True, slots=True)
class Holding:
    """heard_at: the holder's latest word since taking it. nudged_at: when they were asked, None for not yet."""

    taken_at: datetime
    heard_at: datetime | None = None
    nudged_at: datetime | None = None


def attend(holding: Holding, policy: Policy, now: datetime) -> tuple[Attention, datetime | None]:
    """What is to be done about a holder, and when to look again; None: no more.

    One word is enough: behind it the crisis' own clocks keep watch (left, arrived, stable), and their breach calls
    the supervisor. Nobody who sits with a frightened child must press a button every twenty minutes.
    """
    if holding.heard_at is not None:
        return Attention.REST, None
    if holding.nudged_at is None:
        due = holding.taken_at + policy.nudge
        return (Attention.WAIT, due) if now < due else (Attention.NUDGE, now + policy.grace)
    # The grace counts from the nudge as it happened: a late worker must not take minutes from a person.
    due = holding.nudged_at + policy.grace
    return (Attention.WAIT, due) if now < due else (Attention.LET_GO, None)


@dataclass(frozen=True, slots=True)
class Call:
    """Whom a clock that ran out calls. level: the highest one called by breaches so far."""

    level: int
    pages: tuple[Page, ...]
    nobody: tuple[Nobody, ...]


def above(policy: Policy, roster: Roster, *, called: Collection[int], holder: UUID | None) -> Call:
    """The next level above for a crisis whose clock has run out: supervisor, director, last resort, and then again.

    called: the levels that breaches have called before. Whoever has the crisis is not called to watch themselves.
    """
    ladder = [at for at, level in enumerate(policy.levels) if level.position in ABOVE] + [policy.last]
    rest = [at for at in ladder if at > max(called, default=-1)] or ladder
    nobody: list[Nobody] = []
    pages: dict[UUID, Page] = {}
    for at in rest:
        position = "" if at == policy.last else policy.levels[at].position
        here = roster.behind if at == policy.last else roster.on_call.get(position, [])
        people: list[Candidate] = [one for one in here if one.account_id != holder]
        if not people:
            nobody.append(Nobody(position, at, OF_A_BREACH))
        for one in people:
            pages.setdefault(one.account_id, Page(one.account_id, position, at, OF_A_BREACH))
        if any(one.reachable and one.proven for one in people):
            return Call(at, tuple(pages.values()), tuple(nobody))
    if not pages:
        # Only the holder is left of all: better rung twice than a clock that nobody hears.
        pages = {one.account_id: Page(one.account_id, "", policy.last, OF_A_BREACH) for one in roster.behind}
    return Call(policy.last, tuple(pages.values()), tuple(nobody))
