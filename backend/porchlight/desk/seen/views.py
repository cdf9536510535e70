"""The page that says who has seen a family's file, and its list as a file."""

from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlmodel import Session

from porchlight.audit import queries as trail
from porchlight.audit import service as audit
from porchlight.audit.queries import Asked, Line
from porchlight.cases import queries as cases
from porchlight.cases.values import FamilyLine
from porchlight.core import sheets
from porchlight.core.actor import Actor
from porchlight.core.clock import at_wall, iso
from porchlight.core.i18n import _, translate
from porchlight.core.refused import NotFound
from porchlight.desk.families import NOT_HERE
from porchlight.desk.seen.acts import CHANGED, SENTENCES
from porchlight.desk.seen.file import things
from porchlight.people import access, passkeys
from porchlight.people import queries as people
from porchlight.people.access import Capability
from porchlight.people.rules import NotFresh
from porchlight.web.rendering import View

ON_A_PAGE = 50
IN_A_FILE = 20_000
OUTSIDE = _("Somebody outside, or Porchlight itself")


def seen(
    session: Session,
    actor: Actor,
    case_id: UUID,
    *,
    now: datetime,
    who: UUID | None = None,
    on: date | None = None,
    page: int = 0,
) -> View:
    """Who has seen and who changed this file, newest first. who, on: nobody else's, and no other day's. Raises NotFound."""
    line, asked = _asked(session, actor, case_id, who, on, now)
    found = trail.about(session, asked, most=ON_A_PAGE + 1, skip=page * ON_A_PAGE)
    everybody = trail.who(session, _asked(session, actor, case_id, None, None, now)[1])
    names = _names(session, everybody)
    audit.saw(session, actor, "trail.seen", case_id, now=now, people=[one.id for one in line.persons])
    narrowed = "".join(f"{name}={value}&" for name, value in (("who", who), ("day", on)) if value)
    context = {
        "family": {"name": line.family, "href": f"/cases/{case_id}"},
        "here": f"/cases/{case_id}/seen",
        "lines": [_shown(one, names) for one in found[:ON_A_PAGE]],
        "staff": sorted(((str(one), name) for one, name in names.items()), key=lambda pair: pair[1]),
        "values": {"who": str(who) if who else "", "day": on.isoformat() if on else ""},
        "older_href": f"/cases/{case_id}/seen?{narrowed}older={page + 1}" if len(found) > ON_A_PAGE else None,
    }
    return View("seen/index.html", context)


def exported(session: Session, actor: Actor, case_id: UUID, *, now: datetime, locale: str) -> str:
    """The same as a CSV file, all of it, in this language. Raises NotFound, and NotFresh more than 5 minutes after signing in."""
    line, asked = _asked(session, actor, case_id, None, None, now)
    if not passkeys.is_fresh(session, actor, now=now):
        raise NotFresh(_("To save this list, sign out and sign in once more. Then you have 5 minutes."))
    found = trail.about(session, asked, most=IN_A_FILE)
    names = _names(session, {one.account_id for one in found if one.account_id})
    audit.record(
        session, actor, "trail.exported", case_id, now=now, people=[one.id for one in line.persons], rows=len(found)
    )
    heads = [translate(words, locale) for words in (_("When (UTC)"), _("Who"), _("What"))]
    lines = (_shown(one, names) for one in found)
    rows = [[iso(one["at"]), one["who"] or translate(OUTSIDE, locale), translate(one["what"], locale)] for one in lines]
    return sheets.csv_of([heads, *rows])


def _asked(
    session: Session, actor: Actor, case_id: UUID, who: UUID | None, on: date | None, now: datetime
) -> tuple[FamilyLine, Asked]:
    access.check(session, actor, case_id, Capability.TRAIL, now=now)
    line = cases.case(session, case_id)
    if line is None:
        raise NotFound(NOT_HERE)
    since = at_wall(datetime.combine(on, time()), actor.time_zone) if on else None
    until = at_wall(datetime.combine(on + timedelta(days=1), time()), actor.time_zone) if on else None
    ids = [one.id for one in line.persons]
    return line, Asked(ids, things(case_id), SENTENCES.keys(), account_id=who, since=since, until=until)


def _names(session: Session, ids: set[UUID]) -> dict[UUID, str]:
    return {one: account.name for one, account in people.accounts(session, ids).items()}


def _shown(one: Line, names: dict[UUID, str]) -> dict[str, Any]:
    return {
        "at": one.at,
        "who": names.get(one.account_id, "") if one.account_id else "",
        "what": SENTENCES[one.act],
        "changed": one.act in CHANGED,
    }
