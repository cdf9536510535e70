"""Reads a Jinja template as HTML, tolerantly, and complains of what our Content Security Policy and our readers forbid."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

COMMENT = re.compile(r"\{#.*?#\}", re.S)
EXPRESSION = re.compile(r"\{\{.*?\}\}", re.S)
STATEMENT = re.compile(r"\{%.*?%\}", re.S)
TRANSLATED = re.compile(r"\{%-?\s*trans\b.*?endtrans\s*-?%\}", re.S)
# A block or a macro may fill an attribute; what it holds is not read aloud.
CLASS_BLOCK = re.compile(r"\{%-?\s*block \w+_class\b.*?endblock\b.*?%\}", re.S)
ATTRIBUTE = re.compile(r"[\w:-]+=\"[^\"]*\"")
HEAD_BLOCK = re.compile(r"\{%-?\s*block head\b.*?endblock\b.*?%\}", re.S)
MASK = re.compile("\ue000(\\d+)\ue001")

NONCE = "{{ nonce }}"
READ_ALOUD = {"alt", "aria-label", "aria-description", "placeholder", "title", "label"}
FORBIDDEN_TAGS = {"style", "iframe", "object", "embed", "base", "frame", "applet"}
# Names that are the same in every language.
NAMES = {"Porchlight", "English", "Español"}
JINJA = (
    (re.compile(r"\|\s*safe\b"), "|safe switches escaping off"),
    (re.compile(r"\bMarkup\s*\("), "Markup() switches escaping off"),
    (re.compile(r"\bautoescape\b"), "autoescape is never switched in a template"),
    (re.compile(r"(?<![\w/-])hx-"), "an hx- attribute is written out, so that it can be read; no expression makes one"),
)


@dataclass
class Reader(HTMLParser):
    """Collects complaints as (line, words)."""

    expressions: list[str]
    head_blocks: list[tuple[int, int]]
    complaints: list[tuple[int, str]] = field(default_factory=list)
    inside: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def say(self, words: str) -> None:
        self.complaints.append((self.getpos()[0], words))

    def whole(self, value: str | None) -> str:
        return MASK.sub(lambda m: self.expressions[int(m[1])], value or "")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: self.whole(value) for name, value in attrs}
        if tag in FORBIDDEN_TAGS:
            self.say(f"<{tag}> is not used here")
        self.check_attributes(tag, given)
        self.check_htmx(tag, given)
        if tag == "script":
            self.check_script(given)
        if tag == "form" and given.get("method") != "dialog" and not {"action", "method"} <= given.keys():
            self.say("<form> needs an action and a method, so that it works without script")
        self.inside.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self.inside.pop()

    def handle_endtag(self, tag: str) -> None:
        if tag in self.inside:
            while self.inside.pop() != tag:
                pass

    def handle_data(self, data: str) -> None:
        if self.inside and self.inside[-1] == "script":
            if data.strip():
                self.say("script stands in a file, never in a page")
            return
        if words := untranslated(MASK.sub(" ", ATTRIBUTE.sub(" ", data))):
            self.say(f"“{words}” is not translated")

    def check_attributes(self, tag: str, given: dict[str, str]) -> None:
        for name, value in given.items():
            if name == "style":
                self.say("style= is refused by our policy; use a class")
            if re.match(r"on[a-z]+$", name):
                self.say(f"{name}= is refused by our policy")
            if re.search(r"(?:^|[\s\"'{,;])(?:js|javascript|vbscript)\s*:", value, re.I):
                self.say(f"{name}= carries script")
            shown = tag == "input" and given.get("type") in {"submit", "button", "reset"} and name == "value"
            spoken = name in READ_ALOUD or shown
            if spoken and (words := untranslated(EXPRESSION.sub(" ", value))):
                self.say(f"{name}=“{words}” is not translated")

    def check_htmx(self, tag: str, given: dict[str, str]) -> None:
        ours = [name.removeprefix("data-") for name in given if name.removeprefix("data-").startswith("hx-")]
        for name in ours:
            if name.startswith("hx-on"):
                self.say(f"{name} is script in an attribute")
            if name.startswith("hx-nonce:"):
                self.say(f"{name}: each element carries its own nonce")
        if any(not name.startswith("hx-nonce") for name in ours) and given.get("hx-nonce") != NONCE:
            self.say(f'<{tag}> has {ours[0]} but not hx-nonce="{NONCE}"')

    def check_script(self, given: dict[str, str]) -> None:
        line = self.getpos()[0]
        if "head" not in self.inside and not any(first <= line <= last for first, last in self.head_blocks):
            self.say("<script> stands in the head only")
        if given.get("nonce") != NONCE:
            self.say(f'<script> needs nonce="{NONCE}"')
        if not given.get("src"):
            self.say("<script> needs a src")


def untranslated(text: str) -> str:
    """The words of a text that are plain letters, names aside; empty when there are none."""
    words = [word for word in re.findall(r"[^\W\d_]{2,}", text) if word not in NAMES]
    return " ".join(text.split()) if words else ""


def blank(match: re.Match[str]) -> str:
    """Spaces that keep the lines, so that a complaint names the right one."""
    return re.sub(r"[^\n]", " ", match[0])


def complaints(name: str, source: str) -> list[str]:
    """What is wrong in a template, as “name:line: words”."""
    text = COMMENT.sub(blank, source)
    found = [
        (text[: at.start()].count("\n") + 1, words)
        for at in (*EXPRESSION.finditer(text), *STATEMENT.finditer(text))
        for pattern, words in JINJA
        if pattern.search(at[0])
    ]
    heads = [(text[: at.start()].count("\n") + 1, text[: at.end()].count("\n") + 1) for at in HEAD_BLOCK.finditer(text)]
    text = CLASS_BLOCK.sub(blank, TRANSLATED.sub(blank, text))
    expressions: list[str] = []

    def mask(match: re.Match[str]) -> str:
        expressions.append(" ".join(match[0].split()))
        return f"\ue000{len(expressions) - 1}\ue001" + "\n" * match[0].count("\n")

    text = STATEMENT.sub(blank, EXPRESSION.sub(mask, text))
    reader = Reader(expressions, heads)
    reader.feed(text)
    reader.close()
    return [f"{name}:{line}: {words}" for line, words in sorted(found + reader.complaints)]
