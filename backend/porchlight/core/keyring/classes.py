"""What each column is, and whose each row is: columns.toml, read once."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FILE = Path(__file__).parents[2] / "columns.toml"
SEALED = ("note", "health", "education", "substance", "address")
CLASSES = ("id", "state", "time", "public", "staff", "network", "personal", *SEALED, "sealed", "digest", "hash", "key")


@dataclass(frozen=True, slots=True)
class TableClasses:
    """columns: each column's class. of: where to look for whose a row is, the first that is there counts.

    when: of a JSON column, the names of which one must be in it before it is sealed.
    """

    columns: dict[str, str]
    of: tuple[str, ...]
    when: dict[str, frozenset[str]]

    def of_class(self, *names: str) -> list[str]:
        return [column for column, name in self.columns.items() if name in names]


@cache
def tables() -> dict[str, TableClasses]:
    """By the name of the table. Raises ValueError for a class that there is not, or a column with two."""
    return {name: _read(name, row) for name, row in tomllib.loads(FILE.read_text()).items()}


def _read(table: str, row: dict[str, object]) -> TableClasses:
    of = row.get("of", ())
    when = row.get("when", {})
    columns: dict[str, str] = {}
    for name, words in row.items():
        if name in {"of", "when"}:
            continue
        for column in str(words).split():
            if name not in CLASSES or column in columns:
                raise ValueError(f"columns.toml: {table}.{column} is said to be “{name}”.")
            columns[column] = name
    steps = (of,) if isinstance(of, str) else tuple(str(step) for step in of)  # type: ignore[attr-defined]
    return TableClasses(columns, steps, {key: frozenset(names) for key, names in dict(when).items()})  # type: ignore[call-overload]
