"""``GET /indicators``, ``/indicators/<id>`` and ``/schemes/<id>``: what `sanfang indicators compute | scheme --json` answers, as
it may be published. Cells that are too small for that are for the command line only (``--internal``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from events.errors import UsageError

if TYPE_CHECKING:
    from infra.settings import Settings
    from projections.indicators.compute import Result
    from projections.indicators.score import Scored
    from projections.indicators.window import Window
    from projections.warehouse import Warehouse

_WINDOW: Final = ("month", "since", "until")


@dataclass(frozen=True, slots=True)
class Published:
    results: tuple[Result, ...]

    def plain(self) -> dict[str, Any]:
        return {"published": True, "indicators": [result.plain() for result in self.results]}


def computed(settings: Settings, asked: Warehouse, words: dict[str, str]) -> Published:
    from projections.indicators.compute import compute  # noqa: PLC0415 - slow to import, see infra.cli.app
    from projections.indicators.definitions import ALL, definition  # noqa: PLC0415
    from projections.indicators.publish import publish  # noqa: PLC0415
    from streams.ruleset import with_packs  # noqa: PLC0415

    id_, county, office = (words.pop(name, "") for name in ("id", "county", "office"))
    if county and office:
        raise UsageError("indicators.either", "either a county or an office 县与机关二选一", todo="leave one out")
    asked, window = _then(settings, asked, words)
    chosen = [definition(id_)] if id_ else [one for one in ALL.values() if one.of_offices or not office]
    known = with_packs(settings.home / "rules")
    results = [publish(compute(asked, one, window, by="office" if office else "county", office="" if office == "all" else office,
                               known=known)) for one in chosen]
    return Published(tuple(result.of_place(county) if county else result for result in results))


def scored(settings: Settings, asked: Warehouse, words: dict[str, str]) -> Scored:
    from projections.indicators.schemes import scheme  # noqa: PLC0415
    from projections.indicators.score import score  # noqa: PLC0415
    from streams.ruleset import with_packs  # noqa: PLC0415

    known = with_packs(settings.home / "rules")
    plan = scheme(words.pop("id"), settings.home / "schemes", known)
    asked, window = _then(settings, asked, words)
    return score(asked, plan, window, known)


def _then(settings: Settings, asked: Warehouse, words: dict[str, str]) -> tuple[Warehouse, Window]:
    from infra.history import as_of  # noqa: PLC0415
    from infra.http.queries import MOST_LACKING  # noqa: PLC0415
    from projections.indicators.compute import window_of  # noqa: PLC0415

    said = words.pop("as_of", None)
    month, since, until = (words.pop(name, "") for name in _WINDOW)
    if words:
        raise UsageError("queries.filter", f"there is no filter {', '.join(sorted(words))}",
                         todo="use month, or since and until; county or office; as_of")
    then = as_of(settings, asked, said, most=MOST_LACKING)
    return then, window_of(then, month, since, until)
