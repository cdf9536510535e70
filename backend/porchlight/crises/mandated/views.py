"""The pages of mandated reports. None of them says who reported, but to the reporter that it was they."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import Session

from porchlight.audit import service as audit
from porchlight.cases import queries as cases
from porchlight.cases.explaining import views as explaining
from porchlight.core.actor import Actor
from porchlight.core.ids import new_id
from porchlight.crises.deadlines import queries as deadlines
from porchlight.crises.deadlines.rules import Clock
from porchlight.crises.mandated import opening, queries, rules, service
from porchlight.crises.mandated.models import MandatedReport
from porchlight.crises.mandated.sealing import Reporter, Seal
from porchlight.crises.mandated.values import State, Witness
from porchlight.crises.wall import shown
from porchlight.people import access
from porchlight.people import queries as people
from porchlight.people.access import Capability
from porchlight.web.rendering import View


def index(session: Session, actor: Actor, seal: Seal, *, now: datetime, page: int = 0) -> View:
    """The reports whose clocks run, and those that are closed. Raises NotFound for who reports elsewhere."""
    access.check_reports(actor)
    closed, more = queries.closed(session, actor, seal, now=now, page=page)
    # Nobody is named: who looks at a list of reports must not be told from who wrote one.
    audit.saw(session, actor, "mandated.listed", None, now=now)
    context = {
        "running": queries.running(session, actor, seal, now=now),
        "closed": closed,
        "older_href": f"/mandated?older={page + 1}" if more else None,
        "may_safety": access.works(actor),
    }
    return View("mandated/index.html", context)


def new(session: Session, actor: Actor, *, now: datetime, case_id: UUID | None = None, packed: bool = False) -> View:
    """The form, with the hotline first. case_id: a family, whose children are offered. packed: for a phone's store."""
    access.check_reports(actor)
    line = None
    if case_id and access.fields(session, actor, case_id, Capability.MANDATED, now=now):
        line = cases.case(session, case_id)
    children = line.children if line else ()
    audit.saw(session, actor, "mandated.form", None, now=now, people=[one.id for one in children])
    families = cases.families(session, actor, now=now, capability=Capability.MANDATED).families
    context = {
        "report_id": "" if packed else str(new_id()),
        "family": line.family if line else "",
        "case_id": str(case_id) if line else "",
        "children": [(str(one.id), one.name) for one in children],
        "families": [(str(one.case_id), one.family) for one in families],
        "witnesses": [one.value for one in Witness],
        "oral": deadlines.rule(session, Clock.ORAL, now),
        "paper": deadlines.rule(session, Clock.WRITTEN, now),
        "values": {"witnessed_at": "" if packed else shown(now, actor.time_zone), "witness": Witness.SELF.value},
    }
    return View("mandated/new.html", context)


def show(
    session: Session, actor: Actor, seal: Seal, report_id: UUID, *, now: datetime, opened: Reporter | None = None
) -> View:
    """One report with its clocks. opened: who reported, right after the seal was opened. Raises NotFound."""
    row, mine = service.readable(session, actor, seal, report_id, now=now)
    children = queries.children(session, row.id)
    # The reporter reads it before anybody else may: a name in the audit would say whose it is.
    audit.saw(session, None if mine else actor, "mandated.seen", row.id, now=now, people=children)
    steps = queries.steps(session, [row.id]).get(row.id, [])
    stands = queries.standing(row, steps, now)
    openings = queries.openings(session, row.id)
    names = people.accounts(
        session, [*(one.account_id for one in openings), *(one.account_id for one in steps if one.account_id)]
    )
    open_, may_open = row.state == State.OPEN, opening.may_open(session, actor, row, now=now)
    context: dict[str, Any] = {
        "report": _shown(session, row, children),
        "mine": mine,
        "standing": stands,
        "others_read": rules.others_may_read(stands, now),
        "steps": [
            {
                **{name: getattr(one, name) for name in ("at", "step", "to_whom", "number", "words", "by_reporter")},
                "who": names[one.account_id].name if one.account_id else "",
            }
            for one in reversed(steps)
        ],
        "step_id": str(new_id()),
        "may_add": open_,
        "may_close": open_ and stands.whole,
        "may_open": may_open,
        "hidden": explaining.hidden(reporter=mine or may_open),
        "opened": opened,
        "openings": [{"at": one.at, "who": names[one.account_id].name, "reason": one.reason} for one in openings],
        "values": {"at": shown(now, actor.time_zone)},
    }
    return View("mandated/show.html", context)


def _shown(session: Session, row: MandatedReport, children: list[UUID]) -> dict[str, Any]:
    about = ", ".join(one.name for one in cases.person_lines(session, children).values())
    families = cases.names(session, [row.case_id]) if row.case_id else {}
    names = ("id", "witnessed_at", "place", "said", "state", "closed_at", "written", "form", "jurisdiction")
    return {
        **{name: getattr(row, name) for name in (*names, "oral_source", "written_source")},
        "about": ", ".join(filter(None, (about, row.child_words))),
        "family": families.get(row.case_id, "") if row.case_id else "",
    }
