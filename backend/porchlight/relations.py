"""Which query answers each relation of the access table, on one screen; web and worker both call `relate`."""

from porchlight.cases import queries as cases
from porchlight.crises import queries as crises
from porchlight.homes import queries as homes
from porchlight.people import access
from porchlight.people.access import Relation


def relate() -> None:
    access.relate(
        {
            Relation.ASSIGNED: cases.assigned,
            Relation.SUPERVISES: cases.supervised,
            Relation.OVERSEES: cases.overseen,
            Relation.CAREGIVER: homes.cared_for,
            Relation.RESPONDER: crises.responding,
        }
    )
