"""What low rooms ask of high ones: the relations of the access table, what phones still hold, and what was taken in from them."""

from porchlight.alerts import calls
from porchlight.cases import queries as cases
from porchlight.cases.emergency import queries as emergency
from porchlight.crises import queries as crises
from porchlight.crises.intake import lines
from porchlight.crises.responding import shifts
from porchlight.desk import phones
from porchlight.homes import queries as homes
from porchlight.oncall.planning import setting
from porchlight.people import access
from porchlight.people.access import Relation
from porchlight.phone import queries as phone
from porchlight.phone.held import queries as held
from porchlight.visits import views as visits


def relate() -> None:
    access.relate(
        {
            Relation.ASSIGNED: cases.assigned,
            Relation.SUPERVISES: cases.supervised,
            Relation.OVERSEES: cases.overseen,
            Relation.CAREGIVER: homes.cared_for,
            Relation.RESPONDER: crises.responding,
        },
        {Relation.ON_SHIFT: shifts.on_shift, Relation.EMERGENCY: emergency.is_open},
    )
    calls.relate(crises.answered)
    phones.relate(phone.unsent)
    visits.relate(held.taken)
    setting.relate(lines.rename)
