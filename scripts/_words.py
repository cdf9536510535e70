"""Finds every word that people read, says which of them a catalogue lacks, and makes room for them."""

import re
import sys
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parent.parent
CATALOGUES = ROOT / "backend" / "porchlight" / "locale"

# t is the scripts' gettext. A refusal carries its sentence as its first argument, a field's mistake as its second.
KEYWORDS: dict[str, tuple[int, ...] | None] = {
    **dict.fromkeys(("_", "t", "gettext", "Refused", "NotFound", "Conflict", "TooMany")),
    "tn": (1, 2),
    "ngettext": (1, 2),
    "FieldError": (2,),
}
PLACE = re.compile(r"%\(\w+\)s|\{\w*\}")


def english(root: Path, mapping: Path) -> Catalog:
    """Every message of the tree below `root`, with the places where it stands."""
    with mapping.open() as file:
        methods, options = parse_mapping_cfg(file)
    found = Catalog(fuzzy=False)
    rows = extract_from_dir(
        root,
        method_map=methods,
        options_map=options,
        keywords={**DEFAULT_KEYWORDS, **KEYWORDS},
        directory_filter=lambda folder: (
            Path(folder).name not in {"node_modules", "tests", "data"} and not Path(folder).name.startswith(".")
        ),
    )
    for name, line, message, _, _ in rows:
        found.add(message, locations=[(name, line)])
    return found


def translated(po: bytes, locale: str) -> Catalog:
    return read_po(BytesIO(po), locale=locale)


def forms(text: str | tuple[str, ...] | list[str]) -> list[str]:
    return [text] if isinstance(text, str) else list(text)


def lacking(source: Catalog, target: Catalog) -> list[str]:
    """A line for each message that is missing, empty, unsure, or whose {places} differ."""
    complaints = []
    for message in source:
        if not message.id:
            continue
        found = target.get(message.id)
        wrong = what_is_wrong(message, found)
        if wrong:
            name, line = message.locations[0] if message.locations else ("", 0)
            complaints.append(f"{name}:{line}: “{forms(message.id)[0]}” {wrong}")
    return complaints


def what_is_wrong(message: Message, found: Message | None) -> str:
    if found is None:
        return "is missing"
    if found.fuzzy:
        return "is marked fuzzy"
    said = forms(found.string or "")
    if not said or not all(text.strip() for text in said):
        return "has no translation"
    wanted = set(PLACE.findall(" ".join(forms(message.id))))
    if any(set(PLACE.findall(text)) - wanted for text in said) or set(PLACE.findall(" ".join(said))) != wanted:
        return "has other {places} in its translation"
    return ""


def bring_up_to_date(file: Path, source: Catalog, locale: str) -> list[str]:
    """New words arrive empty, unused ones leave, translations stay; returns what is lacking."""
    target = translated(file.read_bytes(), locale) if file.exists() else Catalog(locale=locale, project="porchlight")
    target.update(source, no_fuzzy_matching=True)
    written = BytesIO()
    write_po(written, target, width=120, sort_output=True, ignore_obsolete=True, include_lineno=False)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(written.getvalue())
    return lacking(source, target)


def main() -> int:
    source = english(ROOT, ROOT / "babel.cfg")
    complaints = []
    for folder in sorted(CATALOGUES.iterdir()):
        complaints += bring_up_to_date(folder / "LC_MESSAGES" / "messages.po", source, folder.name)
    print(*complaints, f"{len(source)} messages, {len(complaints)} to translate.", sep="\n")
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
