"""Every state machine says for every state what may follow, so that no state is forgotten when one is added."""

import importlib
from enum import Enum, StrEnum
from types import ModuleType

from tests.house.tree import BACKEND, told, under


def machines(module: ModuleType) -> dict[str, dict[Enum, frozenset[Enum]]]:
    """Dicts of a module that map states to sets of states: NEXT, and whatever looks like it."""
    return {name: value for name, value in vars(module).items() if isinstance(value, dict) and is_machine(value)}


def is_machine(value: dict[object, object]) -> bool:
    kinds = {type(state) for state in value}
    if len(kinds) != 1 or not issubclass(kind := kinds.pop(), Enum):
        return False
    followers = list(value.values())
    return all(isinstance(each, set | frozenset) for each in followers) and all(
        isinstance(state, kind) for each in followers if isinstance(each, set | frozenset) for state in each
    )


def forgotten(module: ModuleType) -> list[str]:
    return [
        f"{module.__name__}.{name} forgets {state}"
        for name, machine in machines(module).items()
        for state in type(next(iter(machine)))
        if state not in machine
    ]


def test_every_machine_lists_every_state() -> None:
    names = [
        ".".join(("porchlight", *file.relative_to(BACKEND).with_suffix("").parts))
        for file in under("backend", ".py")
        if file.stem == "rules" or file.parent.name == "rules"
    ]
    found = [line for name in names for line in forgotten(importlib.import_module(name.removesuffix(".__init__")))]

    assert not found, told(found)


class Status(StrEnum):
    LOGGED = "logged"
    DISPUTED = "disputed"
    CONFIRMED = "confirmed"


def module_with(**values: object) -> ModuleType:
    module = ModuleType("visits.rules")
    vars(module).update(values)
    return module


def test_a_forgotten_state_is_told() -> None:
    machine = {Status.LOGGED: frozenset({Status.CONFIRMED}), Status.DISPUTED: frozenset[Status]()}

    assert forgotten(module_with(NEXT=machine)) == ["visits.rules.NEXT forgets confirmed"]


def test_a_full_machine_is_left_alone() -> None:
    machine = dict.fromkeys(Status, frozenset[Status]())

    assert forgotten(module_with(NEXT=machine)) == []


def test_a_table_of_words_is_no_machine() -> None:
    assert machines(module_with(WORDS={Status.LOGGED: "Logged"}, LEVELS={"a": frozenset({Status.LOGGED})})) == {}
