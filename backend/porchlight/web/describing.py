"""The description of the API (OpenAPI 3.1): what Litestar reads from the handlers, and the problems that any may answer."""

from collections.abc import Mapping
from typing import Any

PROBLEM = {
    "type": "object",
    "description": "RFC 9457. `detail` is for people, in the language asked for; `errors` name fields.",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "errors": {"type": "array", "items": {"type": "object"}},
    },
}
PROBLEMS = {
    "400": "This is no request that we can read.",
    "401": "Nobody is signed in.",
    "403": "It came from another site, or it is not open to this person.",
    "404": "It is not there, or not for this person: nobody can tell which.",
    "405": "Another method is meant; `Allow` names them.",
    "409": "Somebody was faster, or it stands already with other content.",
    "413": "It is too large.",
    "415": "It is of another kind than we read.",
    "422": "Something in it does not hold; `errors` name the fields.",
    "429": "Too many at once; `Retry-After` says when.",
    "503": "We cannot answer right now; nothing was changed.",
}
METHODS = ("get", "put", "post", "delete", "patch")


def described(schema: Mapping[str, Any], ours: tuple[str, ...]) -> dict[str, Any]:
    """schema: Litestar's. ours: how addresses of the API begin; pages are for people and stay out."""
    paths = {path: _with_problems(item) for path, item in schema["paths"].items() if path.startswith(ours)}
    parts = schema.get("components", {}).get("schemas", {})
    strict = {
        name: part | ({"additionalProperties": False} if "properties" in part else {}) for name, part in parts.items()
    }
    return {**schema, "paths": paths, "components": {"schemas": {**strict, "Problem": PROBLEM}}}


def _with_problems(item: Mapping[str, Any]) -> dict[str, Any]:
    problem = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    told = {status: {"description": words, "content": problem} for status, words in PROBLEMS.items()}
    made = dict(item)
    for method in METHODS:
        if method in made:
            good = {status: answer for status, answer in made[method]["responses"].items() if status < "400"}
            # What was already there is answered as it stands, with 200 instead of 201.
            again = {"200": good["201"]} if "201" in good and "200" not in good else {}
            made[method] = {**made[method], "responses": {**again, **good, **told}}
    return made
