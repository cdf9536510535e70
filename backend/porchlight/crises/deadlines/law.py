"""The deadlines that come with the product, each with its source (rules.md, 6 and 10); an agency's own rows go before them."""

from porchlight.crises.deadlines.rules import Clock, Rule, When

HOUR = 60
FEDERAL = "42 U.S.C. 671(a)(35)(B)"
MISSOURI = "Missouri child welfare manual"
NOT_READ = "not read in the statute: ask your agency"

DEADLINES: tuple[Rule, ...] = (
    Rule(Clock.CALLBACK, "", 24 * HOUR, "Duty S4-57: calls are returned within 24 hours"),
    Rule(Clock.CHECK_IN, "", 10, "Our own choice"),
    Rule(Clock.POLICE, "", 24 * HOUR, FEDERAL),
    Rule(Clock.NCMEC, "", 24 * HOUR, FEDERAL),
    Rule(Clock.POLICE, "Missouri", 2 * HOUR, MISSOURI),
    Rule(Clock.NCMEC, "Missouri", 2 * HOUR, MISSOURI),
    Rule(Clock.ORAL, "", 0, NOT_READ),
    Rule(Clock.WRITTEN, "", None, NOT_READ, When.VARIES),
    Rule(Clock.ORAL, "California", 0, "Cal. Penal Code 11166"),
    Rule(Clock.WRITTEN, "California", 36 * HOUR, "Cal. Penal Code 11166", form="SS 8572"),
    Rule(Clock.ORAL, "New York", 0, "N.Y. Soc. Serv. Law 415"),
    Rule(Clock.WRITTEN, "New York", 48 * HOUR, "N.Y. Soc. Serv. Law 415", form="LDSS-2221A"),
    Rule(Clock.ORAL, "Pennsylvania", 0, "23 Pa.C.S. 6313"),
    Rule(Clock.WRITTEN, "Pennsylvania", 48 * HOUR, "23 Pa.C.S. 6313", When.NOT_IF_ELECTRONIC, "CY-47"),
    Rule(Clock.ORAL, "Minnesota", 24 * HOUR, "Minn. Stat. 260E.09"),
    Rule(Clock.WRITTEN, "Minnesota", 72 * HOUR, "Minn. Stat. 260E.09"),
    Rule(Clock.ORAL, "New Hampshire", 0, "N.H. Rev. Stat. 169-C:30"),
    Rule(Clock.WRITTEN, "New Hampshire", 48 * HOUR, "N.H. Rev. Stat. 169-C:30", When.IF_ASKED),
    Rule(Clock.ORAL, "Nevada", 24 * HOUR, "Nev. Rev. Stat. 432B.220"),
    Rule(Clock.WRITTEN, "Nevada", None, "Nev. Rev. Stat. 432B.220", When.NEVER),
    *(Rule(Clock.ORAL, state, 0, NOT_READ) for state in ("Missouri", "Nebraska", "Oregon")),
    *(Rule(Clock.WRITTEN, state, None, NOT_READ, When.VARIES) for state in ("Missouri", "Nebraska", "Oregon")),
)
