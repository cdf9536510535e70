"""The pages of whoever calls for help: the numbers with the form, and following along."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from porchlight.cases import queries as cases
from porchlight.cases.values import FamilyLine
from porchlight.core.actor import Actor
from porchlight.core.ids import new_id
from porchlight.crises import following
from porchlight.crises.handovers.queries import pending
from porchlight.crises.intake import queries as intake
from porchlight.crises.values import State
from porchlight.people import access
from porchlight.people.access import Capability
from porchlight.web.rendering import View


def id_or_none(text: str) -> UUID | None:
    """An id from an address that somebody may have typed."""
    try:
        return UUID(text)
    except ValueError:
        return None


def help_view(session: Session, actor: Actor | None, *, now: datetime, case_id: UUID | None = None) -> View:
    """The numbers first; the form below for whoever is known. Opens from the phone's own store, too."""
    mine = cases.families(session, actor, now=now, capability=Capability.RAISE_CRISIS).families if actor else ()
    context = {
        "families": _choices(mine, with_children=actor is not None and access.works(actor)),
        "crisis_id": str(new_id()),
        "values": {"case_id": str(case_id or "")},
        "my_alerts": following.mine(session, actor.account_id) if actor else (),
        "other_lines": intake.other_numbers(session),
    }
    return View("crises/help.html", context)


def _choices(mine: Sequence[FamilyLine], *, with_children: bool) -> list[tuple[str, str]]:
    """Each family, and of several children each one. with_children: not for a home, where siblings may live elsewhere."""
    found = []
    for family in mine:
        found.append((str(family.case_id), family.family))
        if with_children and len(family.children) > 1:
            names = [(one.id, one.preferred_name or one.first_name) for one in family.children]
            found += [(f"{family.case_id}.{child_id}", f"{family.family}: {name}") for child_id, name in names]
    return found


def mine_view(session: Session, actor: Actor) -> View:
    """The banner of one's own open alerts by itself: a page out of the phone's own store asks for it when it opens."""
    return View("crises/_mine.html", {"my_alerts": following.mine(session, actor.account_id), "asked": True})


def status_view(session: Session, actor: Actor, crisis_id: UUID, *, now: datetime, partial: bool = False) -> View:
    """What the one who called is told. Raises NotFound for anybody else."""
    status = following.caller_status(session, actor, crisis_id, now=now)
    crisis = {
        "id": status.id,
        "number": status.number,
        "reason": status.reason,
        "raised_at": status.raised_at,
        "state": status.state,
        "status_href": f"/crises/{crisis_id}/status",
        "reaching": status.reaching,
        "reached": status.reached,
        "taken_by": status.taken_by,
        "next_holder": offered.to_name if (offered := pending(session, [crisis_id]).get(crisis_id)) else "",
        "overdue": status.overdue,
        "outlook": status.outlook,
        "next_at": status.next_at,
        "ring": status.ring,
        "entries": status.entries,
        "as_of": now,
        "telephone": status.caller,
        "told_at": status.told_at,
        "told_action": f"/calls/{crisis_id}/told" if status.caller and status.taken_by else None,
        "worse_at": status.worse_at,
        "worse_action": f"/crises/{crisis_id}/worse" if status.state != State.RESOLVED else None,
        "clocks": status.clocks,
    }
    return View("crises/_status.html" if partial else "crises/status.html", {"crisis": crisis})
