"""A language that nobody speaks: English with words 40 % longer, to see what a long one does to a page."""

import gettext
import math
import re

from porchlight.core import i18n
from porchlight.web.rendering import Renderer

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


def speak_longer(renderer: Renderer) -> Renderer:
    """The renderer with the longer words in place of English ones."""
    environment = renderer._environment("en")
    environment.install_gettext_translations(Longer(), newstyle=True)  # type: ignore[attr-defined]
    renderer.environments = {**dict.fromkeys(i18n.LOCALES, environment)}
    return renderer
