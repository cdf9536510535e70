"""Days that count as holidays here, besides those that every agency of a jurisdiction has."""

from datetime import date

from sqlmodel import Field, SQLModel


class Holiday(SQLModel, table=True):
    """A day of one jurisdiction that counts as a holiday, besides those of holidays.toml."""

    __tablename__ = "holidays"

    jurisdiction: str = Field(primary_key=True)
    day: date = Field(primary_key=True)
    name: str
    source: str
