"""Words in English and Spanish, from gettext catalogues that scripts share."""

import gettext
import io
from collections.abc import Iterable
from datetime import date, datetime
from functools import cache
from pathlib import Path

from babel import Locale
from babel.dates import format_date, format_datetime, format_time
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from porchlight.core.clock import local

FOLDER = Path(__file__).parent.parent / "locale"
LOCALES = {"en": "English", "es": "Español"}


def _(message: str) -> str:
    """Marks a sentence for translation; it is translated at the edge."""
    return message


@cache
def catalogue(locale: str) -> gettext.NullTranslations:
    path = FOLDER / locale / "LC_MESSAGES" / "messages.po"
    if locale == "en" or not path.exists():
        return gettext.NullTranslations()
    with path.open("rb") as file:
        messages = read_po(file, locale=locale)
    compiled = io.BytesIO()
    write_mo(compiled, messages)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


def translate(message: str, locale: str, **params: object) -> str:
    text = catalogue(locale).gettext(message) if message else ""
    return text.format(**params) if params else text


def choose(accept_language: str, allowed: Iterable[str] = LOCALES) -> str:
    """The first language of an Accept-Language header that we speak, else English."""
    wanted = [part.split(";")[0].strip().replace("-", "_") for part in accept_language.split(",")]
    found = Locale.negotiate([w for w in wanted if w], list(allowed)) if any(wanted) else None
    return found.language if found else "en"


def say_day(day: date, locale: str) -> str:
    """“Monday, Nov 23” and “lunes 23 de nov”."""
    return format_date(day, "EEEE, MMM d" if locale == "en" else "EEEE d 'de' MMM", locale=locale)


def say_time(moment: datetime, zone: str, locale: str) -> str:
    """“4:10 pm” on the wall clock of that zone; “4:10 p.m.”, as browsers write it for Spanish in the United States."""
    text = format_time(local(moment, zone), "h:mm a", locale="es_US" if locale == "es" else locale)
    return text.replace("\u202f", " ").replace(" AM", " am").replace(" PM", " pm")


def say_moment(moment: datetime, zone: str, locale: str) -> str:
    pattern = "MMM d, y" if locale == "en" else "d 'de' MMM y"
    return f"{format_datetime(local(moment, zone), pattern, locale=locale)}, {say_time(moment, zone, locale)}"


@cache
def script_words(locale: str) -> dict[str, str]:
    """English to translation for the messages that scripts use (their `#:` lines name a .js file)."""
    path = FOLDER / locale / "LC_MESSAGES" / "messages.po"
    if not path.exists():
        return {}
    with path.open("rb") as file:
        messages = read_po(file, locale=locale)
    return {
        str(message.id): str(message.string)
        for message in messages
        if message.id and message.string and any(place.endswith(".js") for place, _line in message.locations)
    }
