"""What stands beside a field in the source: the string under it. Read here only, so that no program pays for it at start."""

from __future__ import annotations

import ast
from functools import lru_cache
from inspect import cleandoc
from pathlib import Path

_ROOM = Path(__file__).parents[1]


def beside(model: type) -> dict[str, str]:
    """Field name to the string under it, inherited ones included. A door form speaks for the form it is derived from."""
    found: dict[str, str] = {}
    for one in reversed(model.__mro__):
        if one.__module__ == "events.door.forms":
            found |= _of_actions().get(one.__name__.removeprefix("Door"), {})
        elif one.__module__.startswith("events."):
            found |= _of_file(_ROOM.joinpath(*one.__module__.split(".")[1:]).with_suffix(".py")).get(one.__name__, {})
    return found


@lru_cache(maxsize=1)
def _of_actions() -> dict[str, dict[str, str]]:
    return {name: said for file in sorted(_ROOM.glob("actions/*.py")) for name, said in _of_file(file).items()}


@lru_cache(maxsize=64)
def _of_file(file: Path) -> dict[str, dict[str, str]]:
    body = ast.parse(file.read_text(encoding="utf-8")).body
    return {node.name: _of(node) for node in body if isinstance(node, ast.ClassDef)}


def _of(node: ast.ClassDef) -> dict[str, str]:
    return {
        field.target.id: cleandoc(under.value.value)
        for field, under in zip(node.body, node.body[1:], strict=False)
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name)
        and isinstance(under, ast.Expr) and isinstance(under.value, ast.Constant) and isinstance(under.value.value, str)
    }
