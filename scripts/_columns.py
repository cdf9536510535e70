"""Writes docs/columns.md from backend/porchlight/columns.toml: what each column is, for people."""

from pathlib import Path

from porchlight.core.keyring import classes

DOC = Path(__file__).parents[1] / "docs" / "columns.md"
MEANS = {
    "id": "which row, and whom or what it points at",
    "state": "kinds, states, counts, switches",
    "time": "moments, days, zones",
    "public": "what anybody may know; rules with their sources",
    "staff": "about those who work here, and their own words",
    "network": "addresses of machines",
    "personal": "names, numbers, birthdays: plain, since they are searched and sorted by; erasing blanks them",
    "note": "words about a life: sealed under the key of whom they are about",
    "health": "sealed likewise",
    "education": "sealed likewise",
    "substance": "sealed likewise; no column yet",
    "address": "sealed likewise",
    "sealed": "sealed by a scheme of its own (docs/crypto.toml)",
    "digest": "fingerprints of words; erasing blanks them",
    "hash": "only the hash of a secret is kept",
    "key": "public keys, wrapped keys, seeds, signatures",
}


def whose(of: tuple[str, ...]) -> str:
    return ", else ".join(step.replace(":", " in ") for step in of) or "nobody's"


def written() -> str:
    lines = [
        "# What each column is",
        "",
        "Made from `backend/porchlight/columns.toml` by `scripts/columns`; a test compares them. A column without a class",
        "fails the build.",
        "",
        "| class | what it is |",
        "|---|---|",
        *(f"| {name} | {MEANS[name]} |" for name in classes.CLASSES),
    ]
    for name, table in sorted(classes.tables().items()):
        lines += ["", f"## {name}", f"Whose a row is: {whose(table.of)}.", "", "| class | columns |", "|---|---|"]
        for one in classes.CLASSES:
            if columns := table.of_class(one):
                lines.append(f"| {one} | {', '.join(f'`{column}`' for column in columns)} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    DOC.write_text(written())
