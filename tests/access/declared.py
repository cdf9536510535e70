"""What each route asks of the access table: whom it opens for, and by which capabilities it shows texts of a file.

A new route without a row here fails (test_matrix.py): say first whom it is for.
"""

from dataclasses import dataclass
from enum import StrEnum

from porchlight.people.access import GIVES, REPORTS, WORKS, Capability, Role

C = Capability


class Gate(StrEnum):
    OPEN = "open"  # works signed out, and says nothing of a file
    TOKEN = "token"  # opened by what only its holder has: a link, a code, a device's signature, a provider's
    OWN = "own"  # anybody signed in, about themselves only; another's thing is not found
    ROLES = "roles"  # one of these roles; what it shows of files is still asked of the table
    CASE = "case"  # a capability in the case that the address names


@dataclass(frozen=True)
class Asks:
    """roles: of ROLES. by: of CASE. shows: capabilities by which texts of files appear. query: a case in the address."""

    gate: Gate
    roles: frozenset[Role] = frozenset()
    by: Capability | None = None
    shows: frozenset[Capability] = frozenset()
    query: str = ""
    signed_out: bool = False


def own(*shows: Capability, query: str = "", signed_out: bool = False) -> Asks:
    return Asks(Gate.OWN, shows=frozenset(shows), query=query, signed_out=signed_out)


def case(by: Capability, *shows: Capability, roles: frozenset[Role] = frozenset()) -> Asks:
    """roles: beside the capability, one of these is needed."""
    return Asks(Gate.CASE, roles=roles, by=by, shows=frozenset({by, *shows}))


def roles(which: frozenset[Role], *shows: Capability, query: str = "") -> Asks:
    return Asks(Gate.ROLES, roles=which, shows=frozenset(shows), query=query)


OPEN, TOKEN = Asks(Gate.OPEN, signed_out=True), Asks(Gate.TOKEN, signed_out=True)
LEADS = frozenset({Role.SUPERVISOR})
INVITES = frozenset(role for role, gives in GIVES.items() if gives)
REVIEWS = frozenset({Role.OVERSIGHT})
ON_CALL = frozenset({Role.CASEWORKER, Role.ON_CALL, Role.SUPERVISOR})
CALLS = frozenset({Role.INTAKE, Role.SUPERVISOR})
# What Today and the pack are made of: each of their pages asks for itself.
ALL = tuple(C)
PAGE = (C.FACE_SHEET, C.READ_VISITS, C.PHONES, C.SAFETY_PLAN, C.TASKS, C.LOG_VISIT)

SHELL = [
    "/",
    "/favicon.ico",
    "/manifest.webmanifest",
    "/sw.js",
    "/css/{rest:path}",
    "/icons/{rest:path}",
    "/js/{rest:path}",
    "/shared/{rest:path}",
    "/sw/{rest:path}",
    "/vendor/{rest:path}",
    "/words/{rest:path}",
    "/offline",
    "/install",
    "/install/{platform:str}",
    "/sign-in",
    "/sign-in/passkey",
    "/join",
    "/join/how",
    "/join/password",
    "/unlock",
    "/unlock/{code:str}",
    "/left/{code:str}",
    "/help/{code:str}",
    "/push/key",
    "/healthz",
    "/health/engine",
    "/api/openapi.json",
    "/door",
]
ANSWERS_STRANGERS = [
    "/sign-in",
    "/sign-in/demo",
    "/sign-in/passkey",
    "/sign-in/passkey/options",
    "/join",
    "/join/password",
    "/join/passkey",
    "/join/passkey/options",
    "/language",
]
HOLDERS = [
    *(("GET", f"/v/{{token:str}}{one}") for one in ("", "/again", "/confirm", "/different", "/stop", "/thanks")),
    *(("POST", f"/v/{{token:str}}{one}") for one in ("/again", "/confirm", "/different", "/stop")),
    *(("POST", f"/api/v1/devices/{{device_id:uuid}}/{one}") for one in ("clear", "wiped")),
    ("GET", "/api/v1/devices/{device_id:uuid}/order"),
    ("POST", "/api/v1/deposits"),
    ("POST", "/api/v1/deliveries/{what:str}"),
    ("POST", "/api/v1/door/answers"),
    ("POST", "/api/v1/door/look"),
    ("POST", "/door"),
    ("POST", "/hooks/sns"),
    ("GET", "/calendar/{name:str}"),
    ("GET", "/media/{place:str}/{name:str}"),
    ("PUT", "/media/incoming/{op_id:uuid}/{part:int}"),
]

DECLARED: dict[tuple[str, str], Asks] = {
    **{("GET", path): OPEN for path in SHELL},
    **{("POST", path): OPEN for path in ANSWERS_STRANGERS},
    **dict.fromkeys(HOLDERS, TOKEN),
    # One's own account, phones, ways and notices.
    **{
        ("GET", path): own()
        for path in [
            "/alerts/channels",
            "/alerts/notices",
            "/alerts/ways",
            "/devices",
            "/devices/{device_id:uuid}",
            "/devices/{device_id:uuid}/erase",
            "/lock",
            "/more",
            "/passkeys",
            "/passkeys/{passkey_id:uuid}/remove",
            "/phone",
            "/phone/take-in",
            "/passkeys/{passkey_id:uuid}/name",
            "/push/state",
            "/ready",
            "/welcome",
            "/api/v1/session",
            "/api/v1/devices/{device_id:uuid}/gaps",
            "/api/v1/devices/{device_id:uuid}/share",
        ]
    },
    **{
        ("POST", path): own()
        for path in [
            "/alerts/channels/push-only",
            "/alerts/notices/read",
            "/alerts/test",
            "/alerts/ways/quiet",
            "/alerts/ways/{channel:str}/code",
            "/alerts/ways/{channel:str}/prove",
            "/alerts/ways/{channel:str}/up",
            "/alerts/{alert_id:uuid}/answer",
            "/devices",
            "/devices/{device_id:uuid}/erase",
            "/devices/{device_id:uuid}/lock",
            "/devices/{device_id:uuid}/missing",
            "/passkeys",
            "/passkeys/options",
            "/passkeys/{passkey_id:uuid}/name",
            "/passkeys/{passkey_id:uuid}/remove",
            "/phone/receipts",
            "/phone/take-in",
            "/push/subscriptions",
            "/ready/checks",
            "/sign-out",
            "/api/v1/devices/{device_id:uuid}/share",
        ]
    },
    ("DELETE", "/push/subscriptions/{subscription_id:uuid}"): own(),
    ("GET", "/crises/mine"): own(signed_out=True),
    # Promised calls, check-ins and alerts are theirs who owe, went out, called or were called, whatever became of the case.
    ("GET", "/callbacks"): roles(WORKS, C.FACE_SHEET),
    ("GET", "/callbacks/new"): roles(WORKS, C.FACE_SHEET, query="case"),
    ("POST", "/callbacks"): roles(WORKS),
    ("GET", "/callbacks/{callback_id:uuid}"): own(C.FACE_SHEET),
    **{
        ("POST", f"/callbacks/{{callback_id:uuid}}/{one}"): own()
        for one in ["tries", "let-go", "ask", "decline", "accept", "take-back"]
    },
    ("GET", "/checkins"): roles(WORKS, C.FACE_SHEET, query="case"),
    ("POST", "/checkins"): roles(WORKS),
    ("GET", "/checkins/{check_in_id:uuid}"): own(),
    **{("POST", f"/checkins/{{check_in_id:uuid}}/{one}"): own() for one in ["longer", "safe", "found"]},
    ("GET", "/alerts/{alert_id:uuid}"): own(C.FACE_SHEET, C.SAFETY_PLAN, C.PHONES),
    ("GET", "/alerts/{alert_id:uuid}/{part:str}"): own(),
    ("POST", "/alerts/{alert_id:uuid}/acknowledge"): own(),
    **{("GET", f"/crises/{{crisis_id:uuid}}{one}"): own() for one in ("", "/status", "/hand-over", "/family")},
    ("GET", "/crises/{crisis_id:uuid}/mine"): own(),
    ("GET", "/api/v1/crises/{crisis_id:uuid}"): own(),
    **{
        ("POST", f"/crises/{{crisis_id:uuid}}/{one}"): own()
        for one in ["worse", "notes", "log", "resolve", "family", "link", "hand-over", "still", "give-back"]
    },
    ("POST", "/crises/handovers/{handover_id:uuid}/accept"): own(),
    ("POST", "/crises/handovers/{handover_id:uuid}/decline"): own(),
    ("GET", "/help"): own(C.RAISE_CRISIS, C.PHONES, query="case", signed_out=True),
    ("POST", "/help"): own(C.RAISE_CRISIS, C.PHONES, signed_out=True),
    ("POST", "/api/v1/crises"): own(signed_out=True),
    # Lists and first pages.
    ("GET", "/today"): own(*ALL),
    ("GET", "/safety"): roles(WORKS),
    ("GET", "/families"): own(C.FACE_SHEET),
    ("GET", "/oversight"): roles(REVIEWS, C.FACE_SHEET),
    ("GET", "/board"): roles(LEADS, *ALL),
    ("GET", "/board/live"): roles(LEADS, *ALL),
    ("GET", "/board/cover"): roles(LEADS),
    ("POST", "/offline/pack"): own(*ALL),
    ("GET", "/api/v1/cases"): own(C.FACE_SHEET),
    ("GET", "/api/v1/tasks"): own(C.TASKS),
    ("GET", "/visits/calls"): own(C.TASKS),
    ("GET", "/visits/texts"): own(C.TASKS, C.FACE_SHEET),
    ("GET", "/homes/caregivers"): roles(LEADS, C.READ_VISITS, C.FACE_SHEET),
    ("GET", "/incidents"): own(C.INCIDENTS, query="case"),
    ("GET", "/incidents/new"): own(query="case"),
    ("GET", "/missing"): own(C.MISSING),
    ("GET", "/missing/new"): roles(WORKS, C.MISSING),
    ("POST", "/missing"): roles(WORKS),
    ("GET", "/mandated"): roles(REPORTS, C.MANDATED),
    ("GET", "/mandated/new"): roles(REPORTS, C.MANDATED, query="case"),
    ("POST", "/mandated"): roles(REPORTS),
    ("GET", "/oncall/plans"): roles(frozenset({Role.ON_CALL}), C.SAFETY_PLAN),
    ("GET", "/emergency"): roles(WORKS, C.FACE_SHEET),
    ("POST", "/emergency/find"): roles(WORKS),
    ("POST", "/emergency"): roles(WORKS),
    ("GET", "/emergency/reviews"): roles(frozenset({Role.SUPERVISOR, Role.DIRECTOR}), C.FACE_SHEET),
    ("GET", "/emergency/{emergency_id:uuid}"): own(C.FACE_SHEET),  # whoever is to review it
    ("POST", "/emergency/{emergency_id:uuid}/end"): own(),
    ("POST", "/emergency/{emergency_id:uuid}/review"): own(),
    # One case.
    ("GET", "/cases/{case_id:uuid}"): case(C.FACE_SHEET, *PAGE),
    ("GET", "/api/v1/cases/{case_id:uuid}"): case(C.FACE_SHEET, C.PHONES),
    ("GET", "/people/{person_id:uuid}"): case(C.FACE_SHEET, *PAGE),
    ("GET", "/people/{person_id:uuid}/safety-plan"): case(C.SAFETY_PLAN, C.FACE_SHEET, C.PHONES),
    ("GET", "/people/{person_id:uuid}/safety-plan/{number:int}"): case(C.SAFETY_PLAN, C.FACE_SHEET, C.PHONES),
    ("GET", "/cases/{case_id:uuid}/region"): case(C.REGION, C.FACE_SHEET),
    ("POST", "/cases/{case_id:uuid}/region"): case(C.REGION),
    ("GET", "/cases/{case_id:uuid}/visits"): case(C.READ_VISITS),
    ("GET", "/api/v1/cases/{case_id:uuid}/visits"): case(C.READ_VISITS),
    ("GET", "/cases/{case_id:uuid}/visits/new"): case(C.LOG_VISIT, C.FACE_SHEET),
    ("POST", "/cases/{case_id:uuid}/visits"): case(C.LOG_VISIT),
    ("POST", "/api/v1/visits"): own(),  # the case stands in its body; tests/visits asks for the rest
    ("GET", "/visits/{visit_id:uuid}"): case(C.READ_VISITS, C.PHOTOS, C.LOG_VISIT),
    ("GET", "/api/v1/visits/{visit_id:uuid}"): case(C.READ_VISITS),
    ("GET", "/visits/{visit_id:uuid}/amend"): case(C.LOG_VISIT, C.READ_VISITS, C.FACE_SHEET),
    ("POST", "/visits/{visit_id:uuid}/amend"): case(C.LOG_VISIT),
    ("POST", "/visits/{visit_id:uuid}/decide"): case(C.LOG_VISIT),
    ("POST", "/api/v1/amendments"): own(),
    ("GET", "/api/v1/visits/{visit_id:uuid}/form"): case(C.LOG_VISIT, C.READ_VISITS, C.FACE_SHEET),
    ("POST", "/visits/calls/{call_id:uuid}"): own(),
    ("POST", "/visits/texts/{caregiver_id:uuid}"): case(C.TASKS),
    ("GET", "/photos/{photo_id:uuid}"): case(C.PHOTOS),
    ("GET", "/photos/{photo_id:uuid}/thumb"): case(C.PHOTOS),
    ("POST", "/tasks/{task_id:uuid}/done"): case(C.TASKS),
    ("POST", "/tasks/{task_id:uuid}/reopen"): case(C.TASKS),
    ("POST", "/api/v1/tasks/{task_id:uuid}/done"): case(C.TASKS),
    ("GET", "/homes/caregivers/{caregiver_id:uuid}/invite"): case(C.READ_VISITS, C.FACE_SHEET, C.TASKS, roles=LEADS),
    ("POST", "/homes/caregivers/{caregiver_id:uuid}/invite"): case(C.READ_VISITS, roles=LEADS),
    ("GET", "/cases/{case_id:uuid}/incidents/new"): case(C.INCIDENTS, C.FACE_SHEET, roles=WORKS),
    ("POST", "/cases/{case_id:uuid}/incidents"): case(C.INCIDENTS, roles=WORKS),
    ("GET", "/incidents/{incident_id:uuid}"): case(C.INCIDENTS, C.FACE_SHEET),
    ("GET", "/incidents/{incident_id:uuid}/change"): case(C.INCIDENTS, C.FACE_SHEET, roles=WORKS),
    **{
        ("POST", f"/incidents/{{incident_id:uuid}}/{one}"): case(C.INCIDENTS, roles=WORKS)
        for one in ["change", "told", "follow-ups"]
    },
    ("POST", "/incidents/{incident_id:uuid}/review"): case(C.INCIDENTS, roles=LEADS),
    ("GET", "/mandated/{report_id:uuid}"): case(C.MANDATED, C.FACE_SHEET),
    **{("POST", f"/mandated/{{report_id:uuid}}/{one}"): case(C.MANDATED) for one in ["steps", "close"]},
    ("POST", "/mandated/{report_id:uuid}/reporter"): case(C.REPORTER),
    ("GET", "/missing/{episode_id:uuid}"): case(C.MISSING, C.FACE_SHEET),
    **{
        ("POST", f"/missing/{{episode_id:uuid}}/{one}"): case(C.MISSING, roles=WORKS)
        for one in ["steps", "link", "found", "close"]
    },
    # What a phone that was taken from its person still sends: for the supervisor it is held for (tests/phone/test_held.py).
    ("GET", "/held"): own(),
    ("GET", "/held/{op_id:uuid}"): own(),
    ("GET", "/held/{op_id:uuid}/picture"): own(),
    **{("POST", f"/held/{{op_id:uuid}}/{one}"): own() for one in ["take", "set-aside", "hand-on", "bring-back"]},
    # The staff and who is on call: no word of a family.
    **{
        ("GET", path): roles(LEADS)
        for path in [
            "/devices/team",
            "/devices/team/{account_id:uuid}",
            "/devices/team/{account_id:uuid}/missing",
            "/ready/team",
            "/crises/drills",
            "/crises/policy",
            "/oncall/people",
            "/oncall/people/{account_id:uuid}",
            "/oncall/holidays",
            "/oncall/schedules/new",
            "/calls/lines",
            "/oncall/schedules/{schedule_id:uuid}/publish",
            "/oncall/schedules/{schedule_id:uuid}/setting",
            "/oncall/schedules/{schedule_id:uuid}/turns",
            "/oncall/schedules/{schedule_id:uuid}/turns/{rotation_id:uuid}",
            "/oncall/schedules/{schedule_id:uuid}/override",
            "/oncall/schedules/{schedule_id:uuid}/temporary",
        ]
    },
    **{
        ("POST", path): roles(LEADS)
        for path in [
            "/devices/team/{account_id:uuid}/end",
            "/devices/team/{account_id:uuid}/restore",
            "/crises/drills",
            "/crises/policy",
            "/oncall/people/{account_id:uuid}",
            "/oncall/people/{account_id:uuid}/trainings",
            "/oncall/people/{account_id:uuid}/trainings/{training_id:uuid}/strike",
            "/oncall/holidays",
            "/oncall/holidays/drop",
            "/oncall/schedules",
            "/oncall/schedules/{schedule_id:uuid}/publish",
            "/oncall/schedules/{schedule_id:uuid}/setting",
            "/oncall/schedules/{schedule_id:uuid}/turns",
            "/oncall/schedules/{schedule_id:uuid}/turns/{rotation_id:uuid}",
            "/oncall/schedules/{schedule_id:uuid}/turns/{rotation_id:uuid}/end",
            "/oncall/schedules/{schedule_id:uuid}/override",
            "/oncall/schedules/{schedule_id:uuid}/temporary",
            "/oncall/schedules/{schedule_id:uuid}/changes/{change_id:uuid}/take-back",
            "/api/v1/oncall/{schedule_id:uuid}/turns",
            "/api/v1/oncall/{schedule_id:uuid}/overrides",
            "/api/v1/oncall/{schedule_id:uuid}/temporary",
            "/api/v1/oncall/{schedule_id:uuid}/stand-ins",
            "/calls/lines",
            "/calls/drills",
            "/calls/helpers",
        ]
    },
    ("GET", "/crises/engine"): roles(ON_CALL),
    **{("GET", path): roles(INVITES) for path in ("/invitations", "/invitations/new")},
    ("GET", "/invitations/{invitation_id:uuid}/code"): own(),  # back to the list
    **{
        ("POST", f"/invitations{one}"): roles(INVITES)
        for one in ("", "/{invitation_id:uuid}/code", "/{invitation_id:uuid}/withdraw")
    },
    ("GET", "/calls"): roles(CALLS),
    ("POST", "/calls"): roles(CALLS),
    ("POST", "/calls/{crisis_id:uuid}/told"): own(),
    **{
        ("GET", path): own()
        for path in [
            "/oncall",
            "/api/v1/oncall",
            "/oncall/mine",
            "/oncall/card.vcf",
            "/oncall/calendar",
            "/oncall/sheet",
            "/oncall/reminders",
            "/oncall/schedules/{schedule_id:uuid}",
            "/oncall/schedules/{schedule_id:uuid}/fairness",
            "/oncall/shifts/{schedule_id:uuid}/{position:str}/{start:int}",
            "/oncall/shifts/{schedule_id:uuid}/{position:str}/{start:int}/swap",
            "/calendar/{schedule_id:uuid}/{position:str}/{start:int}",
        ]
    },
    **{
        ("POST", path): own()
        for path in [
            "/oncall/calendar",
            "/oncall/calendar/{feed_id:uuid}/end",
            "/oncall/reminders",
            "/oncall/shifts/{schedule_id:uuid}/{position:str}/{start:int}/swap",
            "/oncall/swaps/{swap_id:uuid}/{act:str}",
        ]
    },
}
