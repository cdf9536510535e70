"""Whose pages the offline pack is made of; a room that has pages for the road adds a line here."""

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial

from sqlmodel import Session

from porchlight.core.actor import Actor
from porchlight.crises.responding.pack import open_alerts, shift_pages
from porchlight.crises.views import help_view
from porchlight.desk.pack import pack_paths
from porchlight.oncall.mine.views import mine_view
from porchlight.oncall.views import now_view
from porchlight.people.access import Role
from porchlight.people.views import more
from porchlight.phone import views
from porchlight.phone.pack import Source
from porchlight.ready.views import card
from porchlight.web.rendering import View

Page = tuple[str, Callable[[], View]]


def help_page(session: Session, actor: Actor, now: datetime) -> View:
    """Without an alert's id: two calls for help from one stored page must not look like one. The script makes it."""
    view = help_view(session, actor, now=now)
    return View(view.template, {**view.context, "crisis_id": ""})


def everywhere(session: Session, actor: Actor, now: datetime) -> Iterator[Page]:
    """What everybody has, in the order in which it matters most without signal."""
    yield "/help", partial(help_page, session, actor, now)
    yield "/phone", views.outbox
    yield "/lock", views.lock
    yield "/more", partial(more, session, actor)
    yield "/ready", partial(card, session, actor)
    yield "/oncall", partial(now_view, session, actor, now=now)
    if actor.has(Role.ON_CALL):
        yield "/oncall/mine", partial(mine_view, session, actor, now=now)


# An open alert cannot wait for a caseload; the plans of a shift come behind what is one's own.
SOURCES: tuple[Source, ...] = (open_alerts, everywhere, pack_paths, shift_pages)
