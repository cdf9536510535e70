"""Who would be called for a crisis now: asked afresh at each level, without those who have left."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from sqlmodel import Session

from porchlight.alerts import queries as alerts
from porchlight.crises.calls import Candidate, Roster
from porchlight.crises.drills import queries as drills
from porchlight.oncall import queries as oncall
from porchlight.people import queries as people
from porchlight.people.access import Role
from porchlight.people.here import is_here


def roster(session: Session, policy: Mapping[str, Any], now: datetime) -> Roster:
    """policy: a crisis' snapshot (policies/queries.py). Each person is looked up when their level is asked for."""
    here = _Asked(session, policy, now)
    return Roster(here, here.behind)


class _Asked(Mapping[str, Sequence[Candidate]]):
    """Who is on call, by position; most crises ask for one position, and a hundred of them may come in a second."""

    def __init__(self, session: Session, policy: Mapping[str, Any], now: datetime) -> None:
        self.session = session
        self.on_call = oncall.who(session, UUID(policy["schedule_id"]), now)
        self.behind = _Behind(self, policy)

    def __getitem__(self, position: str) -> Sequence[Candidate]:
        one = self.on_call[position]
        found = self.candidates([one])
        return found if found[0].reachable or is_here(self.session, one) else []

    def __iter__(self) -> Iterator[str]:
        return iter(self.on_call)

    def __len__(self) -> int:
        return len(self.on_call)

    def candidates(self, ids: Collection[UUID]) -> list[Candidate]:
        awake, failed = alerts.reachable(self.session, ids), drills.failing(self.session, ids)
        return [Candidate(one, one in awake, one not in failed) for one in ids]


class _Behind(Sequence[Candidate]):
    """Last resort and duty manager, looked up when the chain has come to them."""

    def __init__(self, asked: _Asked, policy: Mapping[str, Any]) -> None:
        self.asked, self.policy = asked, policy

    @cached_property
    def found(self) -> list[Candidate]:
        return self.asked.candidates(_behind(self.asked.session, self.policy))

    def __getitem__(self, place: Any) -> Any:
        return self.found[place]

    def __len__(self) -> int:
        return len(self.found)


def _behind(session: Session, policy: Mapping[str, Any]) -> Collection[UUID]:
    """The last resort and the duty manager; when both have left, every supervisor; when there is none, whoever it was.

    A person who was named last spring may be gone: that must not end in silence.
    """
    last = UUID(policy["last_resort_id"])
    named = [last, *([UUID(policy["duty_manager_id"])] if policy.get("duty_manager_id") else [])]
    here = [one for one in dict.fromkeys(named) if is_here(session, one)]
    if here:
        return here
    above = [one.id for one in people.accounts_with_role(session, Role.SUPERVISOR)]
    return [one for one in above if is_here(session, one)] or [last]
