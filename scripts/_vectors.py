"""Holds the product's own rules against a file of cases: prints what disagrees and `N of M agree`."""

import argparse
import json
import sys
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from io import TextIOWrapper
from pathlib import Path
from typing import Any

from scripts import _vectors_oncall

Answer = Callable[[Mapping[str, Any]], Mapping[str, Any]]
SUBJECTS: dict[str, tuple[Mapping[str, Answer], frozenset[str]]] = {
    "oncall": (_vectors_oncall.KINDS, _vectors_oncall.BACKGROUND),
}
SHAPE = '{"cases": [{"id", "kind", "input", "expect"}]}'


def normal(value: Any) -> Any:
    """The same instant is the same, however it is written."""
    if isinstance(value, Mapping):
        return {name: normal(one) for name, one in value.items()}
    if isinstance(value, list):
        return [normal(one) for one in value]
    if isinstance(value, str) and len(value) > len("2026-01-01T00:00"):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            return value
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat() if value.tzinfo else value.isoformat()
    return value


def same(said: Any, expected: Any) -> bool:
    """Of rows and of a set of names the order does not count, and of a row only what the case expects is compared."""
    if isinstance(expected, Mapping):
        return isinstance(said, Mapping) and all(n in said and same(said[n], one) for n, one in expected.items())
    if not isinstance(expected, list) or not isinstance(said, list):
        return bool(said == expected)
    if len(said) != len(expected):
        return False
    if not expected or not isinstance(expected[0], Mapping):
        sets = [[sorted(one, key=repr) if isinstance(one, list) else one for one in side] for side in (said, expected)]
        return bool(sets[0] == sets[1])
    left = list(said)
    for row in expected:
        found = next((n for n, one in enumerate(left) if same(one, row)), None)
        if found is None:
            return False
        del left[found]
    return True


def disagreement(case: Mapping[str, Any], kinds: Mapping[str, Answer]) -> str:
    """What is wrong with this case, "" when nothing is. Only what the case expects is compared."""
    if case["kind"] not in kinds:
        return f"no rule answers a case of the kind {case['kind']}"
    try:
        said = kinds[case["kind"]](case["input"])
    except Exception as error:  # noqa: BLE001  a case that our rules cannot even read is one that disagrees
        why = "missing or unknown" if type(error) is KeyError else type(error).__name__
        return f"the input cannot be read: {why}: {error}"
    expected = normal(case["expect"])
    answered = {name: normal(said[name]) for name in expected if name in said}
    wrong = [name for name in answered if not same(answered[name], expected[name])]
    lines = [f"{name}: expected {expected[name]}, got {answered[name]}" for name in wrong]
    return "; ".join([*lines, *(f"{name}: not answered" for name in expected if name not in answered)])


def broken(case: Any) -> str:
    """Why this is no case that could be judged; "" when it is one."""
    if not isinstance(case, Mapping):
        return "is no case"
    shape = {"kind": str, "input": Mapping, "expect": Mapping}
    lacking = [name for name, kind in shape.items() if not isinstance(case.get(name), kind)]
    if not lacking and not case["expect"]:
        return "expects nothing"
    return f"has no {' and no '.join(lacking)}" if lacking else ""


def cases_of(path: Path) -> list[Any]:
    """Raises ValueError or OSError when this is no file of cases."""
    try:
        found = json.loads(path.read_text(encoding="utf-8-sig"))
    except RecursionError as error:
        raise ValueError(str(error)) from error
    cases = found.get("cases") if isinstance(found, Mapping) else None
    if not isinstance(cases, list):
        raise ValueError(f"it should be {SHAPE}")  # noqa: TRY004  the caller says it as one sentence
    return cases


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="scripts/vectors", description=__doc__)
    parser.add_argument("subject", choices=sorted(SUBJECTS))
    parser.add_argument("path", type=Path, help=f"a file of cases: {SHAPE}")
    chosen = parser.parse_args(arguments)
    kinds, background = SUBJECTS[chosen.subject]
    try:
        cases = cases_of(chosen.path)
    except (OSError, ValueError) as error:
        sys.stderr.write(f"{chosen.path} is no file of cases: {error}\n")
        return 1
    agreed = judged = 0
    for number, case in enumerate(cases, 1):
        why = broken(case)
        if not why and case["kind"] in background:
            continue
        judged += 1
        if why := why or disagreement(case, kinds):
            name = case.get("id") if isinstance(case, Mapping) else None
            print(f"{name or f'case {number}'}  {why}")
        else:
            agreed += 1
    if aside := len(cases) - judged:
        print(f"{aside} not judged: {', '.join(sorted(background))} are background")
    print(f"{agreed} of {judged} agree")
    return 0 if cases and agreed == judged else 1


if __name__ == "__main__":
    if isinstance(sys.stdout, TextIOWrapper):  # a name that the terminal cannot write is no reason to stop
        sys.stdout.reconfigure(errors="backslashreplace")
    sys.exit(main(sys.argv[1:]))
