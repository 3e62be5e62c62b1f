"""The one settings object: read once at the edge, passed down, never looked up again.

Every field can be given as an environment variable ``SANFANG_<FIELD>`` or in ``$SANFANG_HOME/sanfang.toml``; the
environment wins. With nothing given, the same commands run a local broker and the embedded ClickHouse on loopback.
"""

from __future__ import annotations

import os
from datetime import time
from pathlib import Path
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr, model_validator
from pydantic_settings import (
    BaseSettings,
    InitSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from events.topics import Topics
from events.vocabulary import Urgency


class AlertChannel(BaseModel):
    """One way to people, see docs/alerts.md. Its address may hold a secret, so it is given in the environment or in sanfang.toml."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(pattern=r"^[a-z][a-z0-9-]{0,31}$", description="as events and `sanfang status` call it")
    kind: Literal["alertmanager", "webhook", "apprise"]
    url: SecretStr
    urgencies: tuple[Urgency, ...] = (Urgency.NOTICE, Urgency.PAGE)
    regions: tuple[str, ...] = Field(default=(), description="beginnings of county codes, none: all")
    step: int = Field(default=0, ge=0, le=9, description="0: at once; n: when nobody answered n times")
    quiet_from: time | None = Field(default=None, description="notices wait from then, Asia/Shanghai …")
    quiet_until: time | None = Field(default=None, description="… until then")

    def serves(self, county: str) -> bool:
        return not self.regions or county.startswith(self.regions)

    @model_validator(mode="after")
    def _quiet_hours_have_two_ends(self) -> Self:
        if (self.quiet_from is None) != (self.quiet_until is None):
            raise ValueError("quiet_from and quiet_until go together")
        return self


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="SANFANG_", extra="forbid", frozen=True)

    home: Path = Field(default=Path(".sanfang"), description="where state, keys and logs live")
    world: str = Field(default="live", description="live, or a sandbox: its own topics, state and database")

    # Kafka. With no bootstrap given, a local broker is started on loopback.
    kafka: str | None = Field(default=None, description="bootstrap servers of an existing cluster, host:port[,…]")
    kafka_port: int = Field(default=19092, description="local broker's port; its controller takes the next one")
    kafka_heap: str = Field(default="512m", description="local broker's heap")
    kafka_security: str = Field(default="PLAINTEXT", pattern="^(PLAINTEXT|SSL|SASL_PLAINTEXT|SASL_SSL)$")
    kafka_ca: Path | None = None
    kafka_cert: Path | None = None
    kafka_cert_key: Path | None = None
    kafka_sasl: str | None = Field(default=None, pattern="^(PLAIN|SCRAM-SHA-256|SCRAM-SHA-512)$")
    kafka_user: str | None = None
    kafka_password: SecretStr | None = None
    partitions: int = Field(default=4, ge=1, le=1024)
    replicas: int = Field(default=1, ge=1)

    workers: int = Field(default=1, ge=1, le=64, description="worker processes of this machine; they share the partitions")
    worker_name: str = Field(default="worker", pattern="^[A-Za-z0-9_.-]+$",
                             description="before each worker's number; on a second machine, give another")

    # ClickHouse. With no URL given, the embedded engine is started and answers ClickHouse's HTTP interface on loopback.
    clickhouse: str | None = Field(default=None, description="URL of an existing server, http(s)://host:port")
    clickhouse_port: int = 18123
    clickhouse_user: str = "default"
    clickhouse_password: SecretStr = SecretStr("")

    api_host: str = "127.0.0.1"
    api_port: int = 18080
    verify_hours: int = Field(default=24, ge=0, description="how often the live world is verified in the background; 0: never")
    checkpoint_minutes: int = Field(default=10, ge=0, description="how often the heads of the live log are signed and published; 0: never")
    encoder: bool = Field(default=False, description="sentence vectors at the doors: matching is better, some 60 texts a second")
    tick_minutes: int = Field(default=60, ge=1, description="how often the live clock is written into the log")

    # Alerts: who is told, and when. Only the live world tells anybody.
    alert_channels: tuple[AlertChannel, ...] = Field(default=(), description="JSON in the environment, [[alert_channels]] in the file")
    alert_group_seconds: float = Field(default=1.0, ge=0, description="what comes within leaves together")
    alert_escalate_minutes: int = Field(default=15, ge=1, description="passed on to the next step when no post answered")
    alert_stale_hours: int = Field(default=24, ge=1, description="older alerts wake nobody")
    alert_link: str = Field(default="", description="address before the links in notifications, https://…")

    @model_validator(mode="after")
    def _channels_are_told_apart(self) -> Self:
        names = [channel.name for channel in self.alert_channels]
        if len(set(names)) != len(names):
            raise ValueError("two alert channels have the same name")
        return self

    @classmethod
    def settings_customise_sources(
        cls, settings_cls: type[BaseSettings], init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource, dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        # The file is read from the home in force, wherever that was said.
        said = init_settings.init_kwargs if isinstance(init_settings, InitSettingsSource) else {}
        home = Path(said.get("home") or os.environ.get("SANFANG_HOME") or ".sanfang")
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls, home / "sanfang.toml")

    @property
    def topics(self) -> Topics:
        return Topics.of(self.world)

    @property
    def bootstrap(self) -> str:
        return self.kafka or f"127.0.0.1:{self.kafka_port}"

    @property
    def clickhouse_url(self) -> str:
        return self.clickhouse or f"http://127.0.0.1:{self.clickhouse_port}"

    @property
    def database(self) -> str:
        return "sanfang" if self.world == "live" else f"sanfang_{self.world}"

    @property
    def worker_group(self) -> str:
        return "sanfang-worker" if self.world == "live" else f"sanfang-worker-{self.world}"

    @property
    def world_dir(self) -> Path:
        """Where what belongs to one world is kept."""
        return self.home / "worlds" / self.world

    @property
    def state_dir(self) -> Path:
        """The worker's stores, one directory a partition."""
        return self.world_dir / "state"
