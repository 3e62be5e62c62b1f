"""Workers under fire: real processes on the real broker, killed by a seeded plan while the log grows, then held against the truth.

`python -m tests.crash.killing --kills 500 --seed 7` (``make crash KILLS=500``) runs as many as wanted and says what it came to.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console
from rich.progress import Progress

from infra import ports
from infra.city.carry import Record
from infra.kafka.broker import LocalBroker, running
from infra.kafka.topics import ensure_topics
from infra.settings import Settings
from infra.verifying.states import stores
from tests.bench import petitions
from tests.bench.ground import load
from tests.crash.dying import POINTS
from tests.crash.undisturbed import differences
from tests.kafka_tools import PATIENCE, committed, end_offsets, environment

REST = 1.0
"""Seconds between two starts of a worker that ends by itself."""
GRACE = 20.0
"""Seconds at work after which a worker that has not come to its point is killed where it is; on a calm machine it takes two."""


@dataclass(slots=True)
class Gang:
    """Some workers of one world. Each has a name, and a death it is set to die."""

    settings: Settings
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    gave_up: list[str] = field(default_factory=list)
    """Who ended by itself, fenced for example: a supervisor would start it again, and so it is here."""
    _again: dict[str, float] = field(default_factory=dict)

    def start(self, name: str, *death: str) -> subprocess.Popen[bytes]:
        self.settings.home.mkdir(parents=True, exist_ok=True)
        with (self.settings.home / f"{name}.log").open("ab") as log:
            self.running[name] = subprocess.Popen(["nice", sys.executable, "-m", "tests.crash.dying", name, *death],
                                                  env=environment(self.settings), stdout=log, stderr=log)
        return self.running[name]

    def kill(self, name: str) -> None:
        process = self.running.pop(name)
        process.kill()
        process.wait()

    def ended(self, name: str) -> bool:
        return self.running[name].poll() is not None

    def tend(self) -> None:
        """Start again whoever ended by itself, as the supervisor would."""
        for name in [name for name in self.running if self.ended(name)]:
            if time.monotonic() > self._again.get(name, 0.0):
                self._again[name] = time.monotonic() + REST
                self.gave_up.append(name)
                self.start(name)

    def finish(self, seconds: float = PATIENCE) -> None:
        """Until everything in the log is judged, said and in the stores; then all stop."""
        deadline = time.monotonic() + seconds
        while not (judged(self.settings) and written(self.settings)):
            assert time.monotonic() < deadline, "\n".join(self.said(name)[-2_000:] for name in self.running)
            self.tend()
            time.sleep(0.2)
        self.stop()

    def stop(self) -> None:
        for process in self.running.values():
            process.send_signal(signal.SIGTERM)
        for process in self.running.values():
            try:
                process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self.running.clear()

    def said(self, name: str) -> str:
        return (self.settings.home / f"{name}.log").read_text(errors="replace")


def judged(settings: Settings) -> bool:
    done = committed(settings)
    return all(done[number] >= end for number, end in end_offsets(settings).items())


def written(settings: Settings) -> bool:
    """Whether the stores hold all that was consumed. A worker that fails between its commit and its write leaves that to its next start."""
    found = stores(settings, range(settings.partitions), [])
    try:
        return all(number in found and found[number].offset + 1 >= beyond for number, beyond in committed(settings).items() if beyond)
    finally:
        for one in found.values():
            one.close()


def under_fire(settings: Settings, told: Sequence[Record], *, kills: int, seed: int, workers: int = 2,
               progress: Progress | None = None, points: Sequence[str] = tuple(POINTS)) -> tuple[Counter[str], list[str]]:
    """Kill ``kills`` times; answers how often each death was died, and who ended by itself. In the end everything is judged and
    all have stopped.
    """
    chance = random.Random(seed)
    gang, deaths = Gang(settings), Counter[str]()
    names = [f"worker-{number}" for number in range(1, workers + 1)]
    slices = iter(_slices(told, max(1, kills)))
    planned = itertools.cycle(["", *points])
    setting: dict[str, Life] = {}
    bar = progress.add_task("kill -9", total=kills) if progress else None
    try:
        while deaths.total() < kills:
            for name in names:
                if name in gang.running and gang.ended(name):
                    if gang.running[name].returncode == -signal.SIGKILL:
                        deaths[setting[name].point] += 1
                    else:
                        gang.gave_up.append(name)
                elif name in gang.running and time.monotonic() > setting[name].until:
                    if setting[name].too_early(settings, name):
                        continue
                    gang.kill(name)
                    deaths["at some moment"] += 1
                else:
                    if name not in gang.running:
                        _arm(gang, name, next(planned), chance, setting)
                    continue
                load(settings, next(slices, ()))
                gang.running.pop(name, None)
                if progress and bar is not None:
                    progress.update(bar, completed=deaths.total())
            time.sleep(0.05)
        for rest in slices:
            load(settings, rest)
        for name in list(gang.running):
            gang.kill(name)
        for name in names:
            gang.start(name)
        gang.finish()
    finally:
        gang.stop()
    return deaths, gang.gave_up


@dataclass(slots=True)
class Life:
    """Of one process: the death it is set to die, and until when it may."""

    point: str
    until: float
    born: float = field(default_factory=time.time)

    def too_early(self, settings: Settings, name: str) -> bool:
        """Who has no partitions yet cannot have come to its point: a loaded machine may need a minute to start a worker."""
        file = settings.state_dir / name / "worker.json"
        at_work = file.exists() and file.stat().st_mtime > self.born and json.loads(file.read_text())["partitions"]
        if not self.point or at_work or time.time() > self.born + PATIENCE:
            return False
        self.until = time.monotonic() + GRACE
        return True


def _arm(gang: Gang, name: str, point: str, chance: random.Random, setting: dict[str, Life]) -> None:
    """Start it with the next death of the plan; whoever does not come to its point in time is killed where it is."""
    death = (point, str(chance.choice((1, 1, 1, 2, 3)))) if point else ()
    gang.start(name, *death)
    setting[name] = Life(point, time.monotonic() + (GRACE * chance.uniform(1, 1.5) if point else chance.uniform(1.5, 7)))


def _slices(told: Sequence[Record], count: int) -> list[Sequence[Record]]:
    size = max(1, len(told) // count + 1)
    return [told[start:start + size] for start in range(0, len(told), size)]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.crash.killing")
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--workers", type=int, default=3)
    words = parser.parse_args()
    for name in [name for name in os.environ if name.startswith("SANFANG_")]:
        del os.environ[name]
    told = petitions.log(max(200, 6 * words.kills))
    port, controller_port = ports.free(2)
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="sanfang-crash-") as directory, \
            running(LocalBroker(Path(directory) / "kafka", port, controller_port)) as broker, \
            Progress(console=Console(stderr=True)) as shown:
        settings = Settings(home=Path(directory) / "home", kafka=broker.bootstrap, world="crash", partitions=2 * words.workers)
        ensure_topics(settings)
        deaths, gave_up = under_fire(settings, told, kills=words.kills, seed=words.seed, workers=words.workers, progress=shown)
        said = differences(settings)
    for death, count in deaths.most_common():
        print(f"{count:6}  {death or 'by itself'}")
    print(f"{deaths.total():6}  kills of {words.workers} workers, {len(told):,} records, {time.monotonic() - started:.0f} s, "
          f"seed {words.seed}; {len(gave_up)} times a worker ended by itself and was started again")
    print("\n".join(said) or "state, findings, rejections and matters are those of an undisturbed run 与未受干扰的运行一致")
    return 1 if said else 0


if __name__ == "__main__":
    sys.exit(main())
