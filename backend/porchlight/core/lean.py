"""Scripts and style sheets as they travel: without comments, indentation and empty lines, so that a first visit weighs less."""

import re

DOC = re.compile(r"^[ \t]*/\*.*?\*/[ \t]*$", re.S | re.M)
LINE = re.compile(r"^[ \t]*//.*$", re.M)
INDENT = re.compile(r"^[ \t]+", re.M)
EMPTY = re.compile(r"^\n+", re.M)


def lean(source: str) -> str:
    """The same script or sheet, line by line. Comments that share a line with code stay.

    Only for scripts without a template literal over several lines, for it would lose its indentation;
    tests/pwa/test_lean.py holds that.
    """
    return EMPTY.sub("", INDENT.sub("", LINE.sub("", DOC.sub("", source))))
