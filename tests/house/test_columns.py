"""Every column of every table has a class, and what is said of somebody lies sealed."""

import pytest
import sqlalchemy as sa

from porchlight.core.keyring import classes
from porchlight.core.keyring.sealed import Sealed
from porchlight.tables import METADATA
from scripts._columns import DOC, written
from tests.house.tree import told

Shape = dict[str, set[str]]


def shape(metadata: sa.MetaData) -> Shape:
    return {table.name: {column.name for column in table.columns} for table in metadata.sorted_tables}


def differences(there: Shape, said: Shape) -> list[str]:
    """What is in one and not in the other, each with what to do."""
    new = [
        f"{t}.{c} has no class: give it one in backend/porchlight/columns.toml"
        for t in there
        for c in sorted(there[t] - said.get(t, set()))
    ]
    gone = [f"{t}.{c} is in columns.toml and in no table" for t in said for c in sorted(said[t] - there.get(t, set()))]
    return new + gone


def said() -> Shape:
    return {name: set(table.columns) for name, table in classes.tables().items()}


def words(column: sa.Column[object]) -> bool:
    return isinstance(column.type, sa.String | sa.JSON | Sealed)


@pytest.mark.asvs("14.1.1")
@pytest.mark.asvs("14.1.2")
def test_every_column_has_a_class_and_none_is_left_of_one_that_is_gone() -> None:
    complaints = differences(shape(METADATA), said())

    assert not complaints, told(complaints)


@pytest.mark.asvs("14.1.1")
def test_a_new_column_and_one_that_is_gone_are_told() -> None:
    there = {"persons": {"id", "shoe_size"}}
    before = {"persons": {"id", "hat"}}

    found = differences(there, before)

    assert [one.split(" ")[0] for one in found] == ["persons.shoe_size", "persons.hat"]


@pytest.mark.asvs("14.1.2")
def test_what_is_said_of_somebody_lies_sealed_and_nothing_else_does() -> None:
    complaints = []
    for table in METADATA.sorted_tables:
        for column in table.columns:
            name = classes.tables()[table.name].columns[column.name]
            if (name in classes.SEALED and words(column)) != isinstance(column.type, Sealed):
                complaints.append(
                    f"{table.name}.{column.name} is “{name}” and {'sealed' if isinstance(column.type, Sealed) else 'plain'}"
                )

    assert not complaints, told(complaints)


def test_whose_a_row_is_can_be_told_of_every_table_that_holds_something_of_somebody() -> None:
    complaints = []
    for name, table in classes.tables().items():
        if table.of_class(*classes.SEALED) and not table.of:
            complaints.append(f"{name} has no “of” in columns.toml")
        for step in table.of:
            column, _, parent = step.partition(":")
            if column not in table.columns or (parent and not classes.tables()[parent].of):
                complaints.append(f"{name}: “of” names {step}, which leads nowhere")

    assert not complaints, told(complaints)


def test_a_class_that_there_is_not_is_refused() -> None:
    with pytest.raises(ValueError, match="shoes"):
        classes._read("persons", {"shoes": "left right"})
    with pytest.raises(ValueError, match="name"):
        classes._read("persons", {"id": "name", "state": "name"})


def test_the_readable_table_is_made_from_the_classes() -> None:
    assert DOC.read_text() == written(), "run scripts/columns"
