"""Holds the product's own rules against a file of cases: prints what disagrees and `N of M agree`."""

import argparse
import json
import sys
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from scripts import _vectors_oncall

Answer = Callable[[Mapping[str, Any]], Mapping[str, Any]]
SUBJECTS: dict[str, tuple[Mapping[str, Answer], frozenset[str]]] = {
    "oncall": (_vectors_oncall.KINDS, _vectors_oncall.BACKGROUND),
}


def normal(value: Any) -> Any:
    """The same instant is the same, however it is written; of rows, the order does not count."""
    if isinstance(value, Mapping):
        return {name: normal(one) for name, one in value.items()}
    if isinstance(value, list):
        found = [normal(one) for one in value]
        return sorted(found, key=repr) if found and isinstance(found[0], (dict, list)) else found
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, str) and len(value) > len("2026-01-01T00:00"):
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            return value
        return moment.astimezone(UTC).isoformat() if moment.tzinfo else value
    return value


def disagreement(case: Mapping[str, Any], kinds: Mapping[str, Answer]) -> str:
    """What is wrong with this case, "" when nothing is. Only what the case expects is compared."""
    try:
        said = kinds[case["kind"]](case["input"])
    except Exception as error:  # noqa: BLE001  a case that our rules cannot even read is one that disagrees
        return f"{type(error).__name__}: {error}"
    expected = case["expect"]
    missing = [name for name in expected if name not in said]
    wrong = [name for name in expected if name in said and normal(said[name]) != normal(expected[name])]
    lines = [f"{name}: expected {normal(expected[name])}, got {normal(said[name])}" for name in wrong]
    return "; ".join([*lines, *(f"{name}: not answered" for name in missing)])


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="scripts/vectors", description=__doc__)
    parser.add_argument("subject", choices=sorted(SUBJECTS))
    parser.add_argument("path", type=Path, help='a file of cases: {"cases": [{"id", "kind", "input", "expect"}]}')
    chosen = parser.parse_args(arguments)
    kinds, background = SUBJECTS[chosen.subject]
    try:
        cases = json.loads(chosen.path.read_text())["cases"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        parser.error(f"{chosen.path} is no file of cases: {error}")
    if not isinstance(cases, list):
        parser.error(f"{chosen.path} is no file of cases: its cases are no list")
    for place, case in enumerate(cases, 1):
        if not isinstance(case, dict) or not {"id", "kind"} <= case.keys():
            parser.error(f"{chosen.path} is no file of cases: case {place} has no id or no kind")
    judged = [case for case in cases if case["kind"] not in background]
    wrong = [(case["id"], why) for case in judged if (why := disagreement(case, kinds))]
    for name, why in wrong:
        print(f"{name}  {why}")
    if aside := len(cases) - len(judged):
        print(f"{aside} not judged: {', '.join(sorted(background))} are background")
    print(f"{len(judged) - len(wrong)} of {len(judged)} agree")
    return 1 if wrong or not judged else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
