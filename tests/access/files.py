"""One family's whole file, with a canary in each of its texts."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlmodel import Session

from porchlight.alerts.models import Alert
from porchlight.cases.emergency.models import EmergencyAccess
from porchlight.cases.models import Case, Family, Person, Task
from porchlight.core.ids import new_id
from porchlight.core.keys import Keys
from porchlight.crises.callbacks.models import CallAttempt, Callback
from porchlight.crises.checkins.models import CheckIn
from porchlight.crises.handovers.models import Handover
from porchlight.crises.incidents.models import (
    Incident,
    IncidentFollowUp,
    IncidentReview,
    IncidentTold,
    IncidentVersion,
)
from porchlight.crises.mandated.models import MandatedChild, MandatedReport, MandatedStep, SealOpening
from porchlight.crises.mandated.sealing import Reporter, Seal
from porchlight.crises.missing.models import MissingEpisode, MissingStep
from porchlight.crises.models import Acknowledgement, Crisis, CrisisEntry
from porchlight.evidence.models import Photo, Signature
from porchlight.homes.models import Caregiver, Placement, ResourceHome
from porchlight.plans.models import SafetyPlan, SafetyPlanVersion
from porchlight.teams.models import TeamMember
from porchlight.visits.models import Amendment, Confirmation, Contact, ContactChild
from tests.access.canaries import File, Planting

EACH = ["face_sheet", "safety_plan", "read_visits", "phones", "tasks", "missing", "incidents", "mandated"]
CHILD = "|".join(f"{one}.general" for one in EACH)
NAME = f"{CHILD}|raise_crisis.general"
VISIT, PLAN, SHEET = "read_visits.general", "safety_plan.general", "face_sheet.general"
HOME = "face_sheet.address"
ADULT = f"phones.general+{SHEET}|{SHEET}|{VISIT}|phones.general|tasks.general"
NUMBER = f"phones.general+{SHEET}|phones.general"


class Writer:
    """Writes one family's file. boss: who leads its worker; called: who was called to its crisis; open_: is it going on?"""

    def __init__(self, session: Session, keys: Keys, plant: Planting, accounts: dict[str, UUID], now: datetime) -> None:
        self.session, self.keys, self.plant, self.accounts, self.now = session, keys, plant, accounts, now
        self.file = File()

    def add(self, *rows: Any) -> Any:
        for row in rows:
            self.session.add(row)
            self.session.flush()
        return rows[0]

    def text(self, column: str, may: str = "", **more: Any) -> str:
        return self.plant.text(column, may, **more)

    def family(self, organization: UUID) -> Case:
        row = self.add(
            Family(name=self.text("families.name", NAME, must=SHEET), culture=self.text("families.culture", SHEET))
        )
        case = self.add(
            Case(
                family_id=row.id,
                organization_id=organization,
                program="foster_care",
                opened_on=date(2026, 1, 5),
                note=self.text("cases.note", SHEET),
            )
        )
        self.case = case.id
        self.file.ids["case_id"] = case.id
        parent = Person(
            case_id=case.id, role="parent", first_name=self.text("persons.first_name", ADULT), last_name="Q"
        )
        parent.relation = self.text("persons.relation", ADULT)
        parent.phone = self.text("persons.phone", NUMBER)
        self.add(parent)
        return case

    def child(self, key: str, home: UUID | None, *, address: str = "") -> UUID:
        def said(column: str, may: str = SHEET, **more: Any) -> str:
            return self.text(f"persons.{column}", may, child=key, **more)

        row = self.add(
            Person(
                case_id=self.case,
                role="child",
                first_name=said("first_name", CHILD),
                last_name=said("last_name", CHILD),
                pronouns=said("pronouns"),
                born_on=date(2015, 5, 4),
                school=said("school", "face_sheet.education+face_sheet.address"),
                grade=said("grade", "face_sheet.education"),
                likes=said("likes"),
                calm_down=said("calm_down"),
                allergies=said("allergies", "face_sheet.health"),
                medicines=said("medicines", "face_sheet.health"),
                alerts=[said("alerts")],
                legal_status=said("legal_status"),
                goal=said("goal"),
                concurrent_goal=said("concurrent_goal"),
            )
        )
        self.add(
            Placement(
                person_id=row.id,
                home_id=home,
                kind="foster_home" if home else "own_home",
                address=address,
                from_on=date(2026, 2, 1),
            )
        )
        self.file.children[key] = row.id
        self.file.ids.setdefault("person_id", row.id)
        return row.id

    def home(self, key: str, *, lived_in: bool = True) -> UUID:
        """A home whose caregiver has the account `key`, or none. lived_in: a child of the family lives there now."""

        def said(column: str, may: str, must: str) -> str:
            return self.text(column, may, must=must if lived_in else "", also=[key])

        row = self.add(
            ResourceHome(
                code="H",
                name=said("resource_homes.name", HOME, HOME),
                address=said("resource_homes.address", HOME, HOME),
                phone=said("resource_homes.phone", NUMBER, ""),
                beds=3,
                note=said("resource_homes.note", HOME, ""),
            )
        )
        carer = self.add(
            Caregiver(
                home_id=row.id,
                account_id=self.accounts.get(key),
                name=said("caregivers.name", ADULT, f"phones.general+{SHEET}"),
                phone=said("caregivers.phone", f"{NUMBER}|tasks.general", f"phones.general+{SHEET}"),
                email=f"{key}@example.org",
            )
        )
        if lived_in:
            self.file.ids.setdefault("caregiver_id", carer.id)
        self.carer = carer.id
        return row.id

    def team(self) -> None:
        own = {"name": self.text("team_members.name", f"phones.general+{SHEET}|phones.general")}
        self.add(TeamMember(case_id=self.case, role="therapist", phone=self.text("team_members.phone", NUMBER), **own))

    def task(self, owner: str, *, must: str | None = None) -> None:
        row = self.add(
            Task(
                case_id=self.case,
                owner_id=self.accounts[owner],
                title=self.text("tasks.title", "tasks.general", must=must),
                made_at=self.now,
            )
        )
        self.file.ids["task_id"] = row.id

    def visit(self, author: str) -> None:
        contact = self.add(
            Contact(
                id=new_id(),
                case_id=self.case,
                author_id=self.accounts[author],
                kind="caseworker_visit",
                started_at=self.now - timedelta(days=3),
                ended_at=self.now - timedelta(days=3) + timedelta(hours=1),
                zone="America/Chicago",
                place="community",
                in_residence=False,
                place_note=self.text("contacts.place_note", "read_visits.address"),
                persons_seen=[self.text("contacts.persons_seen", VISIT)],
                observations=self.text("contacts.observations", VISIT),
                came=self.text("contacts.came", VISIT),
                agreed=[self.text("contacts.agreed", VISIT)],
                family_note=self.text("contacts.family_note", VISIT),
                follow_ups=[{"id": str(new_id()), "title": self.text("contacts.follow_ups", VISIT), "due_on": ""}],
                late_reason=self.text("contacts.late_reason", VISIT, must=""),
                summary_sha256="s",
                body_sha256="b",
                captured_at=self.now,
                received_at=self.now,
            )
        )
        self.visit_id = contact.id
        self.file.ids["visit_id"] = contact.id
        for key, child in self.file.children.items():
            self.add(
                ContactChild(
                    contact_id=contact.id,
                    person_id=child,
                    seen=True,
                    alone="no",
                    alone_reason=self.text("contact_children.alone_reason", VISIT, child=key),
                    not_seen_reason=self.text("contact_children.not_seen_reason", VISIT, must="", child=key),
                    private_note=self.text("contact_children.private_note", "read_visits.private_note", child=key),
                )
            )
        self._afterwards(author)

    def _afterwards(self, author: str) -> None:
        first = next(iter(self.file.children.values()))
        notes = {
            "place_note": self.text("amendments.changes", "read_visits.address"),
            f"{first}.private_note": self.text("amendments.changes", "read_visits.private_note"),
            "observations": self.text("amendments.changes", VISIT),
        }
        signed = {"signer_name": self.text("signatures.signer_name", VISIT), "how_known": "said", "intent": "seen"}
        self.add(
            Amendment(
                id=new_id(),
                contact_id=self.visit_id,
                author_id=self.accounts[author],
                changes=notes,
                reason=self.text("amendments.reason", VISIT),
                body_sha256="b",
                captured_at=self.now,
                received_at=self.now,
            ),
            Confirmation(
                contact_id=self.visit_id,
                caregiver_id=self.carer,
                summary_sha256="s",
                answer="different",
                different="other",
                words=self.text("confirmations.words", VISIT, must=""),
                answered_at=self.now,
            ),
            Signature(
                id=new_id(),
                contact_id=self.visit_id,
                case_id=self.case,
                signer_relation="caregiver",
                consent_text=self.text("signatures.consent_text", VISIT, must=""),
                method="typed",
                typed_name=self.text("signatures.typed_name", VISIT, must=""),
                summary_sha256="s",
                summary_text=self.text("signatures.summary_text", VISIT, must=""),
                locale="en",
                signed_at=self.now,
                received_at=self.now,
                **signed,
            ),
        )
        photo = self.add(
            Photo(
                id=new_id(),
                contact_id=self.visit_id,
                case_id=self.case,
                device_id=new_id(),
                purpose="home",
                consent={"by": self.text("photos.consent", f"{VISIT}+photos.general")},
                taken_at=self.now,
                mime="image/jpeg",
                width=1,
                height=1,
                size=1,
                sha256="s",
                parts=[],
                state="stored",
                received_at=self.now,
            )
        )
        self.file.ids["photo_id"] = photo.id

    def plan(self, key: str, author: str) -> None:
        def said(section: str, may: str = PLAN, **more: Any) -> str:
            return self.text(f"safety_plan_versions.sections.{section}", may, child=key, **more)

        lines = (
            "sets_off",
            "early_signs",
            "helps",
            "makes_worse",
            "safer_home",
            "must_be_told",
            "worked_before",
            "communication",
        )
        sections: dict[str, Any] = {one: [said(one)] for one in lines}
        sections["medical"] = [said("medical", f"{PLAN}+face_sheet.health|safety_plan.health+{PLAN}")]
        sections["respite"] = [said("respite", f"{PLAN}+face_sheet.address")]
        sections["steps"] = [{"what": said("steps"), "who": said("steps")}]
        for one in ("people", "professionals"):
            sections[one] = [{"name": said(one), "phone": said(f"{one}.phone", f"{PLAN}+phones.general")}]
        sections["people"][0]["relation"] = said("people", must="")
        plan = self.add(SafetyPlan(case_id=self.case, person_id=self.file.children[key]))
        day = self.now.date()
        self.add(
            SafetyPlanVersion(
                plan_id=plan.id,
                number=1,
                sections=sections,
                written_by=self.accounts[author],
                written_at=self.now,
                valid_from=day,
                review_due_on=day + timedelta(days=90),
            )
        )
        self.file.ids["number"] = 1

    def incident(self, author: str, boss: str) -> None:
        may = "incidents.general"
        row = self.add(
            Incident(
                id=new_id(), case_id=self.case, written_by=self.accounts[author], happened_at=self.now, body_sha256="b"
            )
        )
        self.file.ids["incident_id"] = row.id
        self.add(
            IncidentVersion(
                incident_id=row.id,
                number=1,
                kind="injury",
                severity="minor",
                happened_at=self.now,
                place=self.text("incident_versions.place", "incidents.address"),
                words=self.text("incident_versions.words", may),
                did=self.text("incident_versions.did", may),
                people=[str(one) for one in list(self.file.children.values())[:1]],
                why=self.text("incident_versions.why", may, must=""),
                written_by=self.accounts[author],
                written_at=self.now,
                body_sha256="b",
            ),
            IncidentTold(
                id=new_id(),
                incident_id=row.id,
                party="doctor",
                at=self.now,
                words=self.text("incident_told.words", may),
                account_id=self.accounts[author],
            ),
            IncidentReview(
                incident_id=row.id,
                version=1,
                state="sent_back",
                words=self.text("incident_reviews.words", may),
                account_id=self.accounts[boss],
                at=self.now,
            ),
            IncidentFollowUp(
                id=new_id(),
                incident_id=row.id,
                title=self.text("incident_follow_ups.title", may),
                account_id=self.accounts[author],
                at=self.now,
            ),
        )

    def missing(self, key: str, author: str) -> None:
        def said(column: str, may: str = "missing.general", **more: Any) -> str:
            return self.text(f"missing_episodes.{column}", may, **more)

        row = self.add(
            MissingEpisode(
                id=new_id(),
                case_id=self.case,
                person_id=self.file.children[key],
                written_by=self.accounts[author],
                learned_at=self.now - timedelta(days=9),
                last_seen_where=said("last_seen_where", "missing.address"),
                clothing=said("clothing"),
                police_due_at=self.now,
                ncmec_due_at=self.now,
                source="Rule",
                state="found",
                found_at=self.now - timedelta(days=8),
                found_where=said("found_where", "missing.address"),
                found_how="came_back",
                why_left=said("why_left", must=""),
                while_away=said("while_away", must=""),
                screened="no_sign",
                what_helps=said("what_helps", must=""),
                body_sha256="b",
            )
        )
        self.file.ids["episode_id"] = row.id
        self.add(
            MissingStep(
                id=new_id(),
                episode_id=row.id,
                step="police",
                at=self.now,
                number=self.text("missing_steps.number", "missing.general"),
                words=self.text("missing_steps.words", "missing.general"),
                account_id=self.accounts[author],
                written_at=self.now,
            )
        )

    def report(self, key: str, author: str, boss: str, organization: UUID) -> None:
        """Told to the state already; before that only its reporter reads it (tests/crises/mandated)."""
        may, seal, one = "mandated.general", Seal(self.keys), new_id()
        reporter = Reporter(
            str(self.accounts[author]),
            "R",
            self.text("mandated_reports.sealed", also=[author]),
            self.text("mandated_reports.sealed", also=[author]),
        )
        self.add(
            MandatedReport(
                id=one,
                organization_id=organization,
                case_id=self.case,
                child_words=self.text("mandated_reports.child_words", may, must="", also=[author]),
                witnessed_at=self.now - timedelta(hours=3),
                place=self.text("mandated_reports.place", may, also=[author]),
                said=self.text("mandated_reports.said", may, also=[author]),
                sealed=seal.close(one, reporter),
                of=seal.of(self.accounts[author]),
                written_at=self.now,
                jurisdiction="Example",
                oral_due_at=self.now,
                written="varies",
                body_mark="b",
            ),
            MandatedChild(report_id=one, person_id=self.file.children[key]),
            MandatedStep(
                id=new_id(),
                report_id=one,
                step="oral",
                at=self.now - timedelta(hours=2),
                to_whom=self.text("mandated_steps.to_whom", may, also=[author]),
                number=self.text("mandated_steps.number", may, also=[author]),
                words=self.text("mandated_steps.words", may, must="", also=[author]),
                by_reporter=True,
                written_at=self.now - timedelta(hours=2),
                body_mark="b",
            ),
            SealOpening(
                report_id=one,
                account_id=self.accounts[boss],
                at=self.now,
                reason=self.text("seal_openings.reason", may, must="", also=[author]),
            ),
        )
        self.file.ids["report_id"] = one

    def call(self, owner: str, *bosses: str) -> None:
        """A promised call is its owner's, whatever became of the case, and of who leads them."""
        also = (owner, *bosses)
        row = self.add(
            Callback(
                id=new_id(),
                account_id=self.accounts[owner],
                promised_by=self.accounts[owner],
                case_id=self.case,
                to_name=self.text("callbacks.to_name", also=also),
                phone=self.text("callbacks.phone", also=also),
                about=self.text("callbacks.about", also=also),
                promised_at=self.now - timedelta(days=1),
                due_at=self.now - timedelta(hours=2),
                body_sha256="b",
            )
        )
        self.add(
            CallAttempt(
                id=new_id(),
                callback_id=row.id,
                account_id=self.accounts[owner],
                at=self.now,
                outcome="no_answer",
                words=self.text("call_attempts.words", also=also),
            )
        )
        self.file.ids["callback_id"] = row.id

    def check_in(self, owner: str, *watch: str) -> None:
        row = self.add(
            CheckIn(
                id=new_id(),
                account_id=self.accounts[owner],
                case_id=self.case,
                place=self.text("check_ins.place", also=(owner, *watch)),
                started_at=self.now - timedelta(hours=3),
                out_by=self.now - timedelta(hours=1),
                page_at=self.now + timedelta(hours=1),
                body_sha256="b",
            )
        )
        self.file.ids["check_in_id"] = row.id

    def emergency(self, name: str, *reviewers: str, ago: timedelta) -> None:
        """Its reason is for its person and for those who review it."""
        at = self.now - ago
        row = EmergencyAccess(
            id=new_id(),
            case_id=self.case,
            account_id=self.accounts[name],
            reason=self.text("emergency_accesses.reason", also=reviewers),
            opened_at=at,
            ends_at=at + timedelta(hours=1),
            reviewer_id=self.accounts[reviewers[0]],
            review_due_at=at + timedelta(days=1),
        )
        self.file.ids["emergency_id"] = self.add(row).id

    def crisis(self, schedule: UUID, raised_by: str, *called: str, over: bool, number: int) -> None:
        """Its words, and what its responders write, are theirs who were called, then and later."""
        one, holder = new_id(), called[0]
        self.add(
            Crisis(
                id=one,
                number=number,
                case_id=self.case,
                reason="threat",
                words=self.text("crises.words", also=called),
                raised_by=self.accounts[raised_by],
                raised_at=self.now - timedelta(hours=1),
                body_sha256="b",
                state="resolved" if over else "taken",
                policy={"schedule_id": str(schedule), "levels": [], "last_resort_id": str(self.accounts["mara"])},
            ),
            CrisisEntry(
                crisis_id=one,
                at=self.now,
                kind="note",
                account_id=self.accounts[holder],
                detail={"words": self.text("crisis_entries.detail", also=called)},
            ),
            Acknowledgement(crisis_id=one, account_id=self.accounts[holder], at=self.now, via="page"),
        )
        for name in called:
            alert = self.add(Alert(account_id=self.accounts[name], severity="crisis", subject_id=one, made_at=self.now))
            self.file.ids.setdefault("alert_id", alert.id)
        self.file.ids["crisis_id"] = one
        if not over:
            offer = Handover(
                id=new_id(),
                crisis_id=one,
                from_id=self.accounts[holder],
                to_id=self.accounts[called[1]],
                words=self.text("handovers.words", also=called),
                offered_at=self.now,
            )
            self.file.ids["handover_id"] = self.add(offer).id
