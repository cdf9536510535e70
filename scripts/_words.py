"""Finds every word that a person reads, in templates, Python and scripts, and keeps the catalogues complete."""

import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parent.parent
LOCALE = ROOT / "backend" / "porchlight" / "locale"
PLACES = (
    ("pwa/templates", "jinja2", "html", {"newstyle_gettext": "true", "silent": "false"}),
    ("backend/porchlight", "python", "py", {}),
    ("pwa/js", "javascript", "js", {}),
    ("pwa/shared", "javascript", "js", {}),
    ("pwa/sw", "javascript", "js", {}),
)
HEADER = "# What people read in Porchlight. Spanish: warm, plain, Latin American, with usted."
KEYWORDS = {"_": None, "t": None, "ngettext": (1, 2)}


def found() -> Iterator[tuple[str, int, str | tuple[str, ...]]]:
    """(file, line, message or (singular, plural)) for each use, in the order of the files."""
    for folder, method, ending, options in PLACES:
        pattern = f"**.{ending}"
        uses = extract_from_dir(
            ROOT / folder, [(pattern, method)], {pattern: options}, KEYWORDS, directory_filter=lambda _folder: True
        )
        for file, line, message, _comments, _context in sorted(uses, key=lambda use: (use[0], use[1])):
            if message:
                yield f"{folder}/{file}", line, message


def template() -> Catalog:
    """All messages; `#:` names the files, for the scripts' own catalogue is made from those that name one."""
    catalog = Catalog(project="Porchlight", charset="utf-8")
    for file, _line, message in found():
        known = catalog.get(message if isinstance(message, str) else message[0])
        if known is None or (file, None) not in known.locations:
            catalog.add(message, locations=[(file, None)])
    return catalog


def catalogue(locale: str) -> Catalog:
    """The catalogue of one language with today's messages in it."""
    path = file_of(locale)
    if path.exists():
        with path.open("rb") as file:
            catalog = read_po(file, locale=locale)
    else:
        catalog = Catalog(locale=locale, project="Porchlight")
    made = catalog.creation_date if path.exists() else datetime(2026, 11, 23, tzinfo=UTC)
    catalog.update(template(), no_fuzzy_matching=True)
    catalog.obsolete.clear()
    # A date of its own would change the file at every run.
    catalog.creation_date = catalog.revision_date = made
    catalog.header_comment, catalog.fuzzy = HEADER, False
    catalog.version, catalog.msgid_bugs_address = "1", "porchlight@example.org"
    catalog.last_translator = catalog.language_team = "Porchlight <porchlight@example.org>"
    return catalog


def missing(catalog: Catalog) -> list[str]:
    """The messages that have no translation yet."""
    return [str(message.id) for message in catalog if message.id and not all_words(message.string)]


def all_words(translation: str | tuple[str, ...] | list[str]) -> bool:
    return all(translation) if isinstance(translation, (tuple, list)) else bool(translation)


def file_of(locale: str) -> Path:
    return LOCALE / locale / "LC_MESSAGES" / "messages.po"


def main(locale: str = "es") -> int:
    catalog = catalogue(locale)
    with file_of(locale).open("wb") as file:
        write_po(file, catalog, width=110, sort_by_file=True)
    untranslated = missing(catalog)
    for message in untranslated:
        print(f"no translation yet: {message}")
    return 1 if untranslated else 0


if __name__ == "__main__":
    sys.exit(main())
