"""Assessment schemes 考核方案: settings files (`*.toml`) with indicators, weights, formulas and the version of the rule set.

Those of this folder come with the software; a place's own lie in ``schemes`` under its home. Adding one touches no code.
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from events.errors import UsageError, Where, mistakes
from projections.indicators.definitions import ALL
from streams.ruleset import RuleSet, by_id, shipped


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Part(_Strict):
    """What one indicator is worth."""

    indicator: str
    version: int = 1
    series: str = ""
    formula: Literal["rate", "fewer_than_before"]
    """``rate``: the weight times the rate. ``fewer_than_before``: the weight, less ``for_each_more`` for each more in the
    numerator than in the window before, and not below nothing.
    """
    weight: Annotated[float, Field(gt=0, le=1_000)]
    for_each_more: Annotated[float, Field(gt=0)] | None = None

    @model_validator(mode="after")
    def _known(self) -> Part:
        found = ALL.get(self.indicator)
        if found is None or found.version != self.version:
            raise ValueError(f"there is no {self.indicator}.v{self.version}")
        if self.series not in found.series:
            raise ValueError(f"{self.indicator} has the series {', '.join(found.series)}")
        if self.series in found.city_only or (self.formula == "rate" and self.series in found.stock):
            raise ValueError(f"{self.indicator} {self.series} is no rate to be scored")
        if (self.formula == "fewer_than_before") != (self.for_each_more is not None):
            raise ValueError("for_each_more belongs to fewer_than_before")
        return self

    @property
    def label(self) -> str:
        return f"{self.indicator}.{self.series}" if self.series else self.indicator


class Scheme(_Strict):
    """One scheme. ``on = false`` with its ``reason``: it is shown, and never computed."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._-]{0,31}$")]
    title: str
    on: bool
    reason: str = ""
    rule_set: str
    parts: Annotated[tuple[Part, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _sound(self) -> Scheme:
        if not self.on and not self.reason:
            raise ValueError("a scheme that is off says why")
        if len({part.label for part in self.parts}) != len(self.parts):
            raise ValueError("an indicator stands twice")
        return self


def load(text: str, name: str = "", known: Sequence[RuleSet] | None = None) -> Scheme:
    """A scheme from its TOML, resting on one of the rule sets ``known`` (else the shipped ones). `UsageError` names the field."""
    try:
        scheme = Scheme.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise UsageError("schemes.unreadable", f"not TOML: {error}", where=Where(file=name), todo="correct the file") from None
    except ValidationError as error:
        said = mistakes(error)
        raise UsageError("schemes.invalid", said, where=Where(file=name),
                         todo="see projections/indicators/schemes/dachuan-2023.toml for the form") from None
    try:
        by_id(shipped() if known is None else known, scheme.rule_set)
    except UsageError as error:
        raise UsageError("schemes.invalid", error.what, where=Where(file=name), todo=error.todo) from None
    return scheme


def schemes(directory: Path | None = None, known: Sequence[RuleSet] | None = None) -> dict[str, Scheme]:
    """By id: those of this software and those of a directory."""
    texts = [(file.name, file.read_text(encoding="utf-8")) for file in files("projections.indicators.schemes").iterdir()
             if file.name.endswith(".toml")]
    if directory is not None and directory.is_dir():
        texts += [(str(file), file.read_text(encoding="utf-8")) for file in sorted(directory.glob("*.toml"))]
    found: dict[str, Scheme] = {}
    for name, text in texts:
        scheme = load(text, name, known)
        if scheme.id in found:
            raise UsageError("schemes.twice", f"two schemes are called {scheme.id}", where=Where(file=name), todo="give each its own id")
        found[scheme.id] = scheme
    return dict(sorted(found.items()))


def scheme(id_: str, directory: Path | None = None, known: Sequence[RuleSet] | None = None) -> Scheme:
    found = schemes(directory, known)
    if id_ not in found:
        raise UsageError("schemes.absent", f"there is no scheme {id_!r}", todo=f"one of {', '.join(found)}")
    return found[id_]
