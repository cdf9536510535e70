"""The fixed words of texts, calls and letters about alerts: no name, no place, nothing of a child (oncall.md, Channels)."""

from collections.abc import Mapping

from porchlight.alerts.values import Severity
from porchlight.core.i18n import _, translate

# Each fits one segment in both languages, with an agency's name of 40 characters.
TEXTS: Mapping[Severity, str] = {
    Severity.CRISIS: _("{agency}: Crisis alert. Open Porchlight now or call {phone}."),
    Severity.TEST: _("{agency}: Test alert. Open Porchlight to answer."),
    Severity.NOTICE: _("{agency}: You have a new notice. Open Porchlight to read it."),
}
REPLY = _("Reply 1 if you have it.")
CALLS: Mapping[Severity, str] = {
    Severity.CRISIS: _("This is {agency}. There is a crisis alert for you. Open Porchlight now, or call {phone}."),
    Severity.TEST: _("This is {agency}. This is a test call. You need not do anything."),
    Severity.NOTICE: _("This is {agency}. You have a new notice. Open Porchlight to read it."),
}
AGAIN = _("Once more.")
SUBJECTS: Mapping[Severity, str] = {
    Severity.CRISIS: _("Crisis alert. Open to see."),
    Severity.TEST: _("Test alert. Open to answer."),
    Severity.NOTICE: _("New notice. Open to read."),
}
ANSWERS: Mapping[str, str] = {
    "yours": _("{agency}: You have it. Open Porchlight to see."),
    "taken": _("{agency}: Someone else has it. Open Porchlight to see."),
    "help": _("{agency}: nobody reads texts here. Call {phone}. Reply STOP to get no more texts."),
}
CODE = _("{agency}: your Porchlight code is {code}. It is good for 10 minutes.")
CODE_SUBJECT = _("{agency}: your Porchlight code")
CODE_CALL = _("This is {agency}. Your Porchlight code is {code}.")
VOICES: Mapping[str, str] = {"en": "JOANNA", "es": "LUPE"}


def text(severity: Severity, locale: str, *, agency: str, phone: str, replies: bool) -> str:
    """A text about an alert. replies: somebody listens to what is answered."""
    said = translate(TEXTS[severity], locale, agency=agency, phone=phone)
    return f"{said} {translate(REPLY, locale)}" if replies and severity == Severity.CRISIS else said


def call(severity: Severity, locale: str, *, agency: str, phone: str) -> str:
    """What a voice says; twice, for whoever was asleep the first time."""
    said = translate(CALLS[severity], locale, agency=agency, phone=spelled(phone))
    return f"{said} {translate(AGAIN, locale)} {said}"


def code_call(locale: str, *, agency: str, code: str) -> str:
    said = translate(CODE_CALL, locale, agency=agency, code=spelled(code))
    return f"{said} {translate(AGAIN, locale)} {said}"


def spelled(digits: str) -> str:
    """Digit by digit, so that a voice does not read a number of millions."""
    return ", ".join(one for one in digits if one.isdigit())
