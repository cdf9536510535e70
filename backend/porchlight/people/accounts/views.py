"""The pages of an administrator: everybody's accounts, and one of them."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from porchlight.audit import service as audit
from porchlight.core.actor import Actor
from porchlight.people import passkeys
from porchlight.people.accounts import queries
from porchlight.people.recovery import service as recovery
from porchlight.web.rendering import View


def index(session: Session, actor: Actor, *, demo: bool, now: datetime) -> View:
    """Raises NotFound, NotStrong."""
    queries.check_may(session, actor, demo=demo)
    rows = queries.of_organization(session, actor, now=now)
    audit.saw(session, actor, "accounts.listed", actor.organization_id, now=now, people=[row.id for row in rows])
    return View("people/accounts/index.html", {"accounts": rows})


def show(session: Session, actor: Actor, account_id: UUID, *, demo: bool, now: datetime) -> View:
    """Raises NotFound, NotStrong."""
    queries.check_may(session, actor, demo=demo)
    account = queries.account_for(session, actor, account_id)
    audit.saw(session, actor, "account.seen", account.id, now=now, people=[account.id])
    return View(
        "people/accounts/show.html",
        {
            "person": {"id": account.id, "name": account.name, "title": account.title, "reach": account.email},
            "here": account.disabled_at is None,
            "ways": queries.ways_of(session, account),
            "sessions": queries.sessions_of(session, actor, account.id, now=now),
            "may_help": recovery.may_help(session, actor, account.id),
            "fresh": passkeys.is_fresh(session, actor, now=now),
        },
    )
