"""The open crisis is on its way to the next person."""

from datetime import timedelta

from sqlmodel import select

from porchlight.core.ids import new_id
from porchlight.crises.handovers.models import Handover
from porchlight.crises.models import Acknowledgement, Crisis
from porchlight.crises.values import State
from porchlight.demo.book import Book
from porchlight.oncall import queries as oncall

ASKED = timedelta(minutes=2)  # ago
WORDS = (
    "Mirren is not home. Pia had a message from her. The police and the national centre know. Odalys is by her phone."
)


def load(book: Book) -> None:
    on_call = oncall.who(book.session, book.schedule, book.now)
    query = select(Crisis, Acknowledgement).where(Crisis.id == Acknowledgement.crisis_id, Crisis.state == State.TAKEN)
    for crisis, holder in book.session.exec(query).all():
        to_id = next((one for one in on_call.values() if one != holder.account_id), None)
        if to_id:
            book.put(
                Handover(
                    id=new_id(),
                    crisis_id=crisis.id,
                    from_id=holder.account_id,
                    to_id=to_id,
                    words=WORDS,
                    offered_at=book.now - ASKED,
                )
            )
