"""Gathers every room's tables, so that a migration sees them all; nobody else imports this."""

from sqlmodel import SQLModel

import porchlight.alerts.models
import porchlight.audit.models
import porchlight.cases.emergency.models
import porchlight.cases.models
import porchlight.core.jobs
import porchlight.core.keyring.models
import porchlight.crises.callbacks.models
import porchlight.crises.checkins.models
import porchlight.crises.deadlines.models
import porchlight.crises.drills.models
import porchlight.crises.handovers.models
import porchlight.crises.incidents.models
import porchlight.crises.intake.models
import porchlight.crises.mandated.models
import porchlight.crises.missing.models
import porchlight.crises.models
import porchlight.evidence.models
import porchlight.homes.models
import porchlight.oncall.eligibility.models
import porchlight.oncall.fairness.models
import porchlight.oncall.feeds.models
import porchlight.oncall.models
import porchlight.oncall.reminders.models
import porchlight.people.agency.models
import porchlight.people.models
import porchlight.people.recovery.models
import porchlight.people.second.models
import porchlight.people.sessions.models
import porchlight.people.set_up.models
import porchlight.phone.models
import porchlight.plans.models
import porchlight.ready.models
import porchlight.records.models
import porchlight.standards.models
import porchlight.teams.models
import porchlight.visits.models  # noqa: F401

METADATA = SQLModel.metadata
