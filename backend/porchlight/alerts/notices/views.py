"""The list of a person's notices, the unread ones first."""

from sqlmodel import Session

from porchlight.alerts.notices import telling
from porchlight.core.actor import Actor
from porchlight.web.rendering import View


def notices_view(session: Session, actor: Actor) -> View:
    rows = telling.unread(session, actor.account_id)
    context = {
        "notices": [
            {
                "words": row.words,
                "params": row.params,
                "href": row.href,
                "made_at": row.made_at,
                "read": row.read_at is not None,
            }
            for row in rows
        ],
        "unread": any(row.read_at is None for row in rows),
    }
    return View("alerts/notices.html", context)
