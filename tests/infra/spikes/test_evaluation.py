"""`sanfang spikes eval` and `calibrate`: what they find, and that the figures are what they say."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from events.alerts import Watched
from infra.cli.app import build
from infra.settings import Settings
from infra.spikes import live
from infra.spikes.calibration import false_alarms, power_curve
from infra.spikes.evaluation import alarms, evaluate, score
from infra.spikes.quiet import SCENARIOS
from infra.spikes.series import Series, read
from streams.spikes.keeping import Kept, Measured
from streams.spikes.settings import SpikeSettings

_DATA = Path(__file__).parents[3].parent / "shared" / "data"


def _series(*counts: int, outbreak: range = range(0)) -> Series:
    return Series("a", "week", tuple(map(str, range(len(counts)))), counts, tuple(at in outbreak for at in range(len(counts))))


def test_delay_and_false_alarms_are_counted_by_alarm() -> None:
    """The first alarm in an outbreak gives the delay; alarms close together are one; one that begins outside is false."""
    said = score([_series(*[0] * 40, outbreak=range(10, 20))], {"a": [3, 4, 12, 13, 30, 36]})
    assert (said["detected"], said["mean_delay"], said["false_alarms"], said["false_periods"]) == (1, 2.0, 3, 4)


def test_a_plain_outbreak_is_found_and_a_quiet_series_is_not() -> None:
    """Twelve a week after a year of ones is found at once; the ones are no alarm."""
    outbreak = _series(*[1] * 60, 12, 12, 12, *[1] * 20, outbreak=range(60, 63))
    result = evaluate([outbreak])
    assert (result["detected"], result["mean_delay"], result["false_alarms"]) == (1, 0.0, 0)
    assert {one["method"] for one in result["comparisons"]} >= {"EARS C1", "EARS C2", "EARS C3", "Farrington-style", "CUSUM"}


def test_series_do_not_change_each_other() -> None:
    """A series is judged the same by itself and among others."""
    one, other = _series(*[1] * 60, 9, 9, 9), Series("b", "week", tuple(map(str, range(63))), (3,) * 63, (False,) * 63)
    alone = evaluate([one])["series"][0]["alarms"]
    assert evaluate([one, other])["series"][0]["alarms"] == alone


@pytest.mark.skipif(not _DATA.is_dir(), reason="the real series are not on this machine")
def test_real_outbreaks_are_found() -> None:
    """Of the seven real outbreaks at most one is missed."""
    every = read(_DATA / "weekly-counts-with-outbreaks.csv")
    result = score(every, {one.name: [at for each in alarms(one) for at in (each["at"], *each["again"])] for one in every})
    assert result["detected"] >= result["outbreaks"] - 1


def test_a_short_quiet_year_keeps_the_promise() -> None:
    """At one tenth of the streams and a third of a year the realised rate is at most the promised, with room for chance."""
    assert false_alarms(SpikeSettings(), SCENARIOS[0], 120, 70, 7) <= 1.5


def test_power_grows_with_the_base_rate() -> None:
    """Fivefold spikes are found the oftener the busier the stream, and nearly always over one a day."""
    found = [one["found"] for one in power_curve(SpikeSettings(), 240, 5, 5.0, 1)]
    assert found[0] <= found[1] <= found[3] <= found[4]
    assert found[4] >= 0.97


def test_the_command_line_answers_json(tmp_path: Path) -> None:
    """`spikes eval --counts FILE --json` tells methods, series and alarms to programs."""
    path = tmp_path / "counts.csv"
    path.write_text("series,t,observed\n" + "".join(f"a,{at},{1 if at < 70 else 14}\n" for at in range(75)), encoding="utf-8")
    result = CliRunner().invoke(build(), ["spikes", "eval", "--counts", str(path), "--json"])
    assert result.exit_code == 0
    alarms = json.loads(result.stdout)["series"][0]["alarms"]
    assert alarms[0]["period"] == "70"
    assert alarms[0]["evidence"] >= alarms[0]["threshold"]


def test_what_a_night_found_is_seen(tmp_path: Path) -> None:
    """A broken assumption is a note of `sanfang status` and a gauge; too few days, or none, say nothing."""
    settings = Settings(home=tmp_path)
    assert live.notes(settings) == []
    assert list(live.Gauges(settings).collect()) == []
    late = Measured("lateness", None, 300, 50, 10)
    for days, seen in ((5, False), (60, True)):
        live.keep(settings, Kept(739_000, days, 600, 1000, 4000, (late, Measured("baseline", Watched.FIRST, 990, 1010, 5))))
        notes = live.notes(settings)
        assert any("lateness" in note or "迟到" in note for note in notes) is seen
        assert any("4 alarms a week" in note for note in notes) is seen
        values = {(family.name, *sample.labels.values()): sample.value for family in live.Gauges(settings).collect()
                  for sample in family.samples}
        assert values["petition_spikes_alarms",] == 4.0
        assert values["petition_spikes_assumption_broken", "lateness", "all"] == float(seen)
        assert values["petition_spikes_assumption_broken", "baseline", "first"] == 0.0
