"""Scripts as they travel: without their comments and indentation, so that a first visit weighs less."""

import re

DOC = re.compile(r"^[ \t]*/\*\*.*?\*/[ \t]*$", re.S | re.M)
LINE = re.compile(r"^[ \t]*//.*$", re.M)
INDENT = re.compile(r"^[ \t]+", re.M)


def lean(source: str) -> str:
    """The same script on the same line numbers. Comments that share a line with code stay.

    Only for scripts without a template literal over several lines, for it would lose its indentation;
    tests/pwa/test_lean.py holds that.
    """
    source = DOC.sub(lambda comment: "\n" * comment[0].count("\n"), source)
    return INDENT.sub("", LINE.sub("", source))
