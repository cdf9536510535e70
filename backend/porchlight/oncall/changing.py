"""What every change of a rota does: it is made by one at a time, and whoever keeps an answer asks again."""

from uuid import UUID

from sqlmodel import Session, select

from porchlight.oncall.models import Schedule

CHANGED = "rota changed"  # session.info: this transaction changes a rota


def locked(session: Session, schedule_id: UUID) -> Schedule | None:
    """The schedule, ours alone until the transaction ends: who checks a rota and then changes it does so with this."""
    query = select(Schedule).where(Schedule.id == schedule_id).with_for_update()
    return session.exec(query.execution_options(populate_existing=True)).one_or_none()


def changed(session: Session, schedule: Schedule) -> int:
    """To be called by whatever may change who is on call, in its own transaction. Returns the new revision."""
    schedule.revision += 1
    session.info[CHANGED] = True
    session.add(schedule)
    return schedule.revision
