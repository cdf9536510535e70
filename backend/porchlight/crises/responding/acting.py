"""What the reader of an alert may press beside “I've got it”, and which of it a page that is open does not show yet."""

from typing import Any

from sqlmodel import Session

from porchlight.core.actor import Actor
from porchlight.core.keys import sha256
from porchlight.crises.clocks import queries as clocks
from porchlight.crises.handovers import views as handovers
from porchlight.crises.models import Crisis
from porchlight.crises.values import Ending, State

PARTS = ("holding", "log", "over")  # the templates alerts/_<part>.html, in the order of `shown`


def acts(session: Session, actor: Actor, crisis: Crisis, *, mine: bool) -> dict[str, Any]:
    """The context of those templates, and `shown`, which names what of it there is. mine: the reader has the crisis."""
    holding, steps = handovers.holding(session, actor, crisis), clocks.steps(session, crisis)
    ends = mine and crisis.state != State.RESOLVED
    chips = [one.value for one in steps]
    return {
        "holding": holding,
        "log_action": f"/crises/{crisis.id}/log" if chips else None,
        "steps": chips,
        "resolve_action": f"/crises/{crisis.id}/resolve" if ends else None,
        "endings": [ending.value for ending in Ending],
        "shown": f"{_name(holding)}.{_name(chips)}.{int(ends)}",
    }


def _name(shown: object) -> str:
    return sha256(repr(shown).encode())[:16]


def changed(before: str, after: str) -> list[str]:
    """Which parts a page lacks that shows `before`; one that does not say what it shows lacks none."""
    pairs = zip(PARTS, before.split("."), after.split("."), strict=False)
    return [part for part, was, stands in pairs if was and was != stands]
