"""The pages of a hand-over: choosing whom to ask, and what stands on the alert while somebody is asked."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import Session

from porchlight.core.actor import Actor
from porchlight.core.i18n import _, say_time, translate
from porchlight.core.ids import new_id
from porchlight.core.refused import NotFound
from porchlight.crises import queries as crises
from porchlight.crises.handovers import queries, service
from porchlight.crises.handovers.queries import Pending
from porchlight.crises.models import Acknowledgement, Crisis
from porchlight.crises.values import State
from porchlight.web.rendering import View

MOST_NOTES = 3


@dataclass(frozen=True, slots=True)
class Holding:
    """What the person who has a crisis, or is asked to take it over, may press. An action of None is not theirs.

    note: (who wrote it, the words) of the last hand-over that was accepted.
    """

    pending: Pending | None
    hand_over_href: str | None
    still_action: str | None
    give_back_action: str | None
    accept_action: str | None
    decline_action: str | None
    note: tuple[str, str] | None = None


def holding(session: Session, actor: Actor, crisis: Crisis) -> Holding:
    has_it = session.get(Acknowledgement, crisis.id)
    offered = queries.pending(session, [crisis.id]).get(crisis.id)
    mine = crisis.state == State.TAKEN and has_it is not None and has_it.account_id == actor.account_id
    for_me = offered is not None and offered.to_id == actor.account_id
    here = f"/crises/{crisis.id}"
    return Holding(
        pending=offered,
        hand_over_href=f"{here}/hand-over" if mine else None,
        still_action=f"{here}/still" if mine and crisis.nudged_at else None,
        give_back_action=f"{here}/give-back" if mine else None,
        accept_action=f"/crises/handovers/{offered.id}/accept" if offered and for_me else None,
        decline_action=f"/crises/handovers/{offered.id}/decline" if offered and for_me else None,
        note=queries.last_note(session, crisis.id),
    )


def offer_view(session: Session, actor: Actor, crisis_id: UUID, *, locale: str, now: datetime) -> View:
    """Whom to ask, the best one chosen already, and a note that is written already. Raises NotFound for anybody else."""
    crisis = session.get(Crisis, crisis_id)
    has_it = session.get(Acknowledgement, crisis_id)
    if crisis is None or has_it is None or has_it.account_id != actor.account_id or crisis.state != State.TAKEN:
        raise NotFound(service.NOT_FOUND)
    people = queries.whom_to_ask(session, crisis, actor.account_id, now=now)
    context: dict[str, Any] = {
        "number": crisis.number,
        "offer_action": f"/crises/{crisis_id}/hand-over",
        "back": f"/crises/{crisis_id}/mine",
        "handover_id": str(new_id()),
        "people": [(str(one.account_id), one.name, one.position) for one in people],
        "values": {
            "to_id": str(people[0].account_id) if people else "",
            "words": note(session, crisis, has_it.at, locale=locale, zone=actor.time_zone),
        },
    }
    return View("crises/hand_over.html", context)


def note(session: Session, crisis: Crisis, since: datetime, *, locale: str, zone: str) -> str:
    """What the next person has to know, from the record: what was said at first, and the latest words since."""
    lines = [crisis.words] if crisis.words else []
    taken = translate(_("Taken at {time}."), locale).format(time=say_time(since, zone, locale))
    written = [
        one for one in crises.timeline(session, crisis.id, with_words=True) if one.words and one.kind != "raised"
    ][:MOST_NOTES]
    said = [f"{say_time(one.at, zone, locale)} {one.words}" for one in reversed(written)]
    return "\n".join([*lines, taken, *said])
