"""A language that nobody speaks: English with words 40 % longer, to see what a long one does to a page."""

import gettext
import math
import re
from functools import cached_property

import jinja2

from porchlight.web.rendering import Renderer, make_environment

# A word of a person; what stands in braces, after a percent sign or in a tag is not for reading.
WORD = re.compile(r"\{\w*\}|%\(\w+\)[sd]|%[sd%]|<[^>]*>|&\w+;|([^\W\d_]+)")


def longer(words: str) -> str:
    """“Get help” becomes “Gétöö hélpöö”: every word 40 % longer, and marked as not English."""
    marked = str.maketrans("aeiouAEIOU", "áéíóúÁÉÍÓÚ")

    def stretch(found: re.Match[str]) -> str:
        word = found[1]
        return word.translate(marked) + "ö" * math.ceil(0.4 * len(word)) if word else found[0]

    return WORD.sub(stretch, words)


class Longer(gettext.NullTranslations):
    def gettext(self, message: str) -> str:
        return longer(message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return longer(msgid1 if n == 1 else msgid2)


class LongerRenderer(Renderer):
    """The longer words in place of English ones."""

    def environment(self, locale: str) -> jinja2.Environment:
        return self._longer

    @cached_property
    def _longer(self) -> jinja2.Environment:
        made = make_environment(self.templates, "en")
        made.install_gettext_translations(Longer(), newstyle=True)  # type: ignore[attr-defined]
        return made
