"""How the invented people are reached: nobody texts here, so a supervisor has accepted alerts on a phone alone."""

from datetime import timedelta

from sqlmodel import SQLModel, col, select

from porchlight.alerts.models import Notice, PushOnly, TextConsent
from porchlight.alerts.texts.rules import dialled
from porchlight.core.i18n import _
from porchlight.core.ids import new_id
from porchlight.demo.book import Book
from porchlight.homes.models import Caregiver
from porchlight.people.access import Role
from porchlight.people.models import AccountRole
from porchlight.visits.models import Confirmation, ConfirmationLink, FamilyCall

WHY = "Demo: no provider of texts and calls is set up here."
ASKED_LONG_AGO = timedelta(hours=72)
TWO = 2
PUBLISHED = _("The rota of the next two weeks is published.")


def load(book: Book) -> None:
    agreed_at = book.at(book.day(-60), 10)
    chief = book.accounts["priya"]
    awake = col(AccountRole.role).in_((Role.ON_CALL, Role.SUPERVISOR))
    on_call = list(book.session.exec(select(AccountRole.account_id).where(awake).distinct()))
    rows: list[SQLModel] = [
        PushOnly(id=new_id(), account_id=one, accepted=True, by=chief, at=agreed_at, words=WHY) for one in on_call
    ]
    numbers = book.session.exec(select(Caregiver.phone).order_by(Caregiver.name)).all()
    rows += [
        TextConsent(id=new_id(), number=dialled(one), given=True, how="said", by=chief, at=agreed_at)
        for one in numbers[::2]
        if dialled(one)
    ]
    rows += _calls(book)
    rows.append(
        Notice(
            id=new_id(),
            account_id=chief,
            words=PUBLISHED,
            made_at=book.now - timedelta(hours=20),
            href="/oncall",
        )
    )
    book.put(*rows)


def _calls(book: Book) -> list[FamilyCall]:
    """Two of those who did not answer are to be rung."""
    answered = set(book.session.exec(select(Confirmation.contact_id)))
    silent = select(ConfirmationLink).where(ConfirmationLink.expires_at > book.now)
    asked = [one for one in book.session.exec(silent) if one.contact_id not in answered and one.sent_at]
    found = sorted(asked, key=lambda one: (one.made_at, str(one.contact_id)))
    return [
        FamilyCall(
            id=new_id(),
            contact_id=one.contact_id,
            caregiver_id=one.caregiver_id,
            why="silent",
            since=min(one.made_at + ASKED_LONG_AGO, book.now),
        )
        for one in found[:TWO]
        if one.made_at + ASKED_LONG_AGO <= book.now
    ]
