"""Every page and every address of the API, room by room: what a stranger reads first."""

from porchlight import pwa
from porchlight.alerts import controllers as alerts
from porchlight.alerts.notices import controllers as notices
from porchlight.alerts.ways import controllers as ways
from porchlight.audit import controllers as audit
from porchlight.cases import controllers as cases
from porchlight.cases.emergency import controllers as emergency
from porchlight.crises import controllers as crises
from porchlight.crises.callbacks import controllers as callbacks
from porchlight.crises.checkins import controllers as checkins
from porchlight.crises.drills import controllers as drills
from porchlight.crises.handovers import controllers as handovers
from porchlight.crises.incidents import controllers as incidents
from porchlight.crises.intake import controllers as intake
from porchlight.crises.mandated import controllers as mandated
from porchlight.crises.missing import controllers as missing
from porchlight.crises.policies import controllers as policies
from porchlight.crises.replying import controllers as replying
from porchlight.crises.responding import controllers as responding
from porchlight.desk import controllers as desk
from porchlight.desk.seen import controllers as seen
from porchlight.evidence import controllers as evidence
from porchlight.homes import controllers as homes
from porchlight.oncall import controllers as oncall
from porchlight.oncall.cover import controllers as cover
from porchlight.oncall.eligibility import controllers as eligibility
from porchlight.oncall.fairness import controllers as fairness
from porchlight.oncall.feeds import controllers as feeds
from porchlight.oncall.mine import controllers as mine
from porchlight.oncall.planning import controllers as planning
from porchlight.oncall.regions import controllers as regions
from porchlight.oncall.reminders import controllers as reminders
from porchlight.oncall.sheet import controllers as sheet
from porchlight.oncall.swaps import controllers as swaps
from porchlight.oversight import controllers as oversight
from porchlight.people import controllers as people
from porchlight.people.agency import controllers as agency
from porchlight.people.phones import controllers as phones
from porchlight.people.recovery import controllers as recovery
from porchlight.people.second import controllers as second
from porchlight.people.sessions import controllers as sessions
from porchlight.people.set_up import controllers as set_up
from porchlight.phone import controllers as phone
from porchlight.phone.held import controllers as held
from porchlight.plans import controllers as plans
from porchlight.ready import controllers as ready
from porchlight.records import controllers as records
from porchlight.visits import controllers as visits
from porchlight.visits.door import controllers as door
from porchlight.visits.texts import controllers as family_texts

ROUTES = [
    *pwa.ROUTES,
    *audit.ROUTES,
    *people.ROUTES,
    *phones.ROUTES,
    *agency.ROUTES,
    *recovery.ROUTES,
    *second.ROUTES,
    *sessions.ROUTES,
    *set_up.ROUTES,
    *visits.ROUTES,
    *family_texts.ROUTES,
    *door.ROUTES,
    *evidence.ROUTES,
    *phone.ROUTES,
    *held.ROUTES,
    *alerts.ROUTES,
    *ways.ROUTES,
    *notices.ROUTES,
    *ready.ROUTES,
    *oncall.ROUTES,
    *mine.ROUTES,
    *swaps.ROUTES,
    *feeds.ROUTES,
    *sheet.ROUTES,
    *reminders.ROUTES,
    *cover.ROUTES,
    *planning.ROUTES,
    *regions.ROUTES,
    *eligibility.ROUTES,
    *fairness.ROUTES,
    *crises.ROUTES,
    *responding.ROUTES,
    *intake.ROUTES,
    *handovers.ROUTES,
    *drills.ROUTES,
    *policies.ROUTES,
    *replying.ROUTES,
    *callbacks.ROUTES,
    *checkins.ROUTES,
    *incidents.ROUTES,
    *mandated.ROUTES,
    *missing.ROUTES,
    *cases.ROUTES,
    *emergency.ROUTES,
    *homes.ROUTES,
    *plans.ROUTES,
    *oversight.ROUTES,
    *records.ROUTES,
    *desk.ROUTES,
    *seen.ROUTES,
]
