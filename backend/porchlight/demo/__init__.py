"""The invented caseload of Alder County: what a first start shows, true on the day it is loaded."""

from datetime import datetime

from sqlmodel import Session

from porchlight.core.keys import Keys
from porchlight.demo import (
    answers,
    calls,
    channels,
    crises,
    day,
    emergencies,
    families,
    handing_over,
    history,
    homes,
    light,
    outings,
    plans,
    records,
    rotas,
    safety,
    staff,
    swaps,
)
from porchlight.demo.book import Book

DEMO_PASSWORD = "porch-light-demo"  # noqa: S105 - of invented people; demo mode refuses to start beside real data


def load(session: Session, *, now: datetime, keys: Keys | None = None) -> None:
    """Everything of rules.md, Demo caseload, in the caller's transaction, into a database without rows.

    All days are counted from `now` (aware UTC), so that what is due today is due on the day of loading. The same
    moment gives the same rows in every run, apart from their ids and the hash of the password. keys: for what is sealed.
    """
    book = Book(session, now)
    staff.load(book, DEMO_PASSWORD)
    homes.load(book)
    families.load(book)
    light.load(book)
    plans.load(book)
    visits = history.load(book)
    outings.load(book)
    answers.load(book, visits, keys)
    day.load(book)
    crises.load(book)
    rotas.load(book)
    swaps.load(book)
    calls.load(book)
    handing_over.load(book)
    channels.load(book)
    safety.load(book, keys)
    emergencies.load(book)
    records.load(book)
