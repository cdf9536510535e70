"""Lists as files that a spreadsheet opens: no cell of them is ever a formula."""

import csv
import io
from collections.abc import Iterable, Sequence

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def csv_of(rows: Iterable[Sequence[str]]) -> str:
    """RFC 4180, with a mark for UTF-8. What a spreadsheet would take for a formula begins with an apostrophe (ASVS 1.2.10)."""
    text = io.StringIO()
    writer = csv.writer(text, quoting=csv.QUOTE_ALL)
    for row in rows:
        writer.writerow(f"'{cell}" if cell.startswith(FORMULA) else cell for cell in row)
    return f"\ufeff{text.getvalue()}"
