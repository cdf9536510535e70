"""The pages behind a family's link: one question, what is different, thanks, and a link that has ended."""

from datetime import datetime

from sqlmodel import Session

from porchlight.audit import service as audit
from porchlight.core import mail
from porchlight.core.refused import NotFound
from porchlight.settings import Settings
from porchlight.visits import asking
from porchlight.visits.asking import LinkPage
from porchlight.visits.values import Answer
from porchlight.web.rendering import View


def question(session: Session, token: str, now: datetime, *, settings: Settings) -> View:
    """Did they visit your home? With the answer, if there is one. An ended or unknown link still shows a way on."""
    return _page(session, token, now, settings, "visits/confirm.html")


def different(session: Session, token: str, now: datetime, *, settings: Settings) -> View:
    return _page(session, token, now, settings, "visits/different.html")


def thanks(session: Session, token: str, now: datetime, *, settings: Settings) -> View:
    """What was answered and when; the question itself while nothing was."""
    return _page(session, token, now, settings, "visits/thanks.html")


def _page(session: Session, token: str, now: datetime, settings: Settings, template: str) -> View:
    try:
        link = asking.for_link(session, token, now=now)
    except NotFound:
        return View(
            "visits/link_expired.html", {"renew_action": None, "sent": False, "known": False, "answer": None}, 404
        )
    if link.visit is None:
        return _ended(token, link, settings)
    audit.saw(session, None, "visit.shown_to_family", link.visit.contact_id, now=now)
    if template == "visits/thanks.html" and link.answer is None:
        template = "visits/confirm.html"
    context = {
        "visit": link.visit,
        "summary_sha256": link.visit.summary_sha256,
        "answer": link.answer,
        "changed": link.changed,
        "action": f"/v/{token}/different" if template == "visits/different.html" else f"/v/{token}/confirm",
        "back_href": f"/v/{token}",
        "different_href": f"/v/{token}/different",
        "change_href": f"/v/{token}",
        "answered_at": link.answer.answered_at if link.answer else None,
        "different": link.answer is not None and link.answer.answer == Answer.DIFFERENT,
        "values": {"different": link.answer.different, "words": link.answer.words} if link.answer else {},
    }
    return View(template, context, locale=link.locale)


def _ended(token: str, link: LinkPage, settings: Settings) -> View:
    """An old link shows nothing of the visit, only what was answered."""
    can_send = settings.demo or mail.can_send(settings)
    context = {
        "renew_action": f"/v/{token}/again" if can_send else None,
        "sent": link.new_one_coming,
        "known": True,
        "answer": link.answer,
    }
    return View("visits/link_expired.html", context, 410, locale=link.locale)
