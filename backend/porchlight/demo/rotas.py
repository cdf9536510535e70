"""What a supervisor has done with the rota: named the last resort, and published it a week ago, before the wedding."""

from datetime import timedelta

import sqlalchemy as sa
from sqlmodel import col

from porchlight.core.clock import iso
from porchlight.demo.book import Book
from porchlight.oncall import queries, rules
from porchlight.oncall.models import Publication, Schedule

PUBLISHED = timedelta(days=7)
AHEAD = timedelta(days=38)


def load(book: Book) -> None:
    at = book.now - PUBLISHED
    until = book.at(book.day(AHEAD.days - PUBLISHED.days), 0)
    line = queries.schedule(book.session, book.schedule)
    if line is None:
        return
    plan = queries.rotas(book.session, [line], at, until)[0].plan
    before = rules.Plan(plan.zone, plan.positions, plan.rotations)
    book.put(
        Publication(
            schedule_id=line.id,
            from_at=at,
            to_at=until,
            published_by=book.accounts["priya"],
            published_at=at,
            shifts=[
                {
                    "position": one.position,
                    "account_id": str(one.account_id),
                    "from_at": iso(one.start),
                    "to_at": iso(one.end),
                }
                for one in rules.shifts(before, at, until)
            ],
        )
    )
    change = sa.update(Schedule).where(col(Schedule.id) == line.id)
    facts = {
        "last_resort_id": book.accounts["mara"],
        "duty_manager_id": book.accounts["priya"],
        "published_until": until,
    }
    book.session.connection().execute(change.values(**facts))
