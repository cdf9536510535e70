"""Writes docs/settings.md from backend/porchlight/settings.py: each setting, its default and what it is for."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "backend" / "porchlight" / "settings.py"
DOC = ROOT / "docs" / "settings.md"
OWN = {"greeting"}  # the command line sets it for its own child
SECRET = {"database", "database_owner", "smtp", "secret", "oidc_client_secret"}  # may hold a password
LIKE_ABOVE = {
    "oidc_client_id": "By which name the agency's provider knows us.",
    "host": "Where it listens. The demo listens on this machine only.",
    "port": "Where it listens.",
    "mail_from": "Whom e-mail comes from.",
    "push_hosts": "Push services that may be called, between commas; a star stands for one part of a name.",
}


def settings() -> Iterator[tuple[str, str, str, str]]:
    """Name, kind, default and words of each field, as the source has them."""
    tree = ast.parse(SOURCE.read_text())
    body = next(node for node in tree.body if isinstance(node, ast.ClassDef) and node.name == "Settings").body
    for number, node in enumerate(body):
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value:
            after = body[number + 1] if number + 1 < len(body) else None
            words = after.value.value if isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant) else ""
            yield node.target.id, ast.unparse(node.annotation), default(node.value), " ".join(str(words).split())


def default(value: ast.expr) -> str:
    if isinstance(value, ast.Call):
        given = {keyword.arg: keyword.value for keyword in value.keywords}
        value = given["default"] if "default" in given else value.args[0]
    if isinstance(value, ast.Constant):
        return {"True": "1", "False": "0"}.get(str(value.value), str(value.value))
    if isinstance(value, ast.Tuple):
        return ", ".join(str(ast.literal_eval(one)) for one in value.elts)
    return "those of today's browsers"


def written() -> str:
    lines = [
        "# Settings",
        "",
        "Made from `backend/porchlight/settings.py` by `scripts/settings`; a test compares them. Each is a variable of the",
        "environment; none is needed to start. Those with a lock may hold a password: they stand in no log and no message.",
        "",
        "| variable | default | what it is for |",
        "|---|---|---|",
    ]
    for name, _kind, standard, words in settings():
        if name not in OWN:
            lock = " 🔒" if name in SECRET else ""
            told = (words or LIKE_ABOVE[name]).replace("|", "\\|")
            lines.append(f"| `PORCHLIGHT_{name.upper()}`{lock} | {f'`{standard}`' if standard else 'empty'} | {told} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    DOC.write_text(written())
