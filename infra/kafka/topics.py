"""Makes a world's topics, once, and complains when those that are there are not as the settings say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from events.errors import GroundError, Where
from infra.kafka import clients

if TYPE_CHECKING:
    from collections.abc import Mapping

    from events.topics import Topics
    from infra.settings import Settings

MEBIBYTE = 1 << 20

_ALWAYS = {"message.timestamp.type": "LogAppendTime", "max.message.bytes": str(MEBIBYTE)}
_FOR_EVER = {**_ALWAYS, "cleanup.policy": "delete", "retention.ms": "-1", "retention.bytes": "-1"}
_LATEST = {**_ALWAYS, "cleanup.policy": "compact"}
# A rejected record is kept whole, with its reason in headers beside it: it needs more room than where it came from.
_REJECTED = {**_FOR_EVER, "max.message.bytes": str(2 * MEBIBYTE)}


def configs(topics: Topics) -> dict[str, dict[str, str]]:
    """Topic name to its settings."""
    return {topics.actions: _FOR_EVER, topics.findings: _FOR_EVER, topics.matters: _LATEST,
            topics.alerts: _FOR_EVER, topics.rejected: _REJECTED, topics.checkpoints: _FOR_EVER}


def ensure_topics(settings: Settings) -> list[str]:
    """Creates what is missing and answers its names. Existing topics are compared, never changed."""
    admin = clients.admin(settings)
    try:
        wanted = configs(settings.topics)
        there = set(admin.list_topics())
        missing = {name: config for name, config in wanted.items() if name not in there}
        if missing:
            _create(admin, settings, missing)
        mismatches = differences(settings, described(admin, [name for name in wanted if name in there]))
    finally:
        admin.close()
    if mismatches:
        raise GroundError("ground.topics-differ", "; ".join(mismatches), where=Where(topic=settings.topics.actions),
                          todo="set SANFANG_PARTITIONS to what is there, or use another --world; a topic's partitions "
                               "cannot be changed once it has data, because a county would move")
    return sorted(missing)


def differences(settings: Settings, there: Mapping[str, tuple[int, Mapping[str, str]]]) -> list[str]:
    """One sentence for each way in which existing topics are not what the settings ask for."""
    said: list[str] = []
    for name, (partitions, config) in there.items():
        if partitions != settings.partitions:
            said.append(f"{name} has {partitions} partitions, the settings say {settings.partitions}")
        said += [f"{name} has {key}={config.get(key)}, needed is {value}"
                 for key, value in configs(settings.topics)[name].items() if config.get(key) != value]
    return said


def described(admin: Any, names: list[str]) -> dict[str, tuple[int, dict[str, str]]]:
    """Topic name to its partition count and settings, as the cluster tells them."""
    if not names:
        return {}
    from kafka.admin import ConfigResource, ConfigResourceType  # noqa: PLC0415 - slow to import, see infra.cli.app

    partitions = {topic["name"]: len(topic["partitions"]) for topic in admin.describe_topics(names)}
    asked = [ConfigResource(ConfigResourceType.TOPIC, name) for name in names]
    told = admin.describe_configs(asked, config_filter="all")
    settings = {name: {key: data["value"] for key, data in config.items()}
                for by_name in told.values() for name, config in by_name.items()}
    return {name: (partitions[name], settings[name]) for name in names}


def _create(admin: Any, settings: Settings, missing: Mapping[str, Mapping[str, str]]) -> None:
    from kafka.errors import KafkaError, TopicAlreadyExistsError  # noqa: PLC0415

    safe = {"min.insync.replicas": str(settings.replicas - 1)} if settings.replicas > 2 else {}
    try:
        admin.create_topics(
            {name: {"num_partitions": settings.partitions, "replication_factor": settings.replicas,
                    "configs": {**config, **safe}} for name, config in missing.items()},
            wait_for_metadata=True,
        )
    except TopicAlreadyExistsError:
        return  # another `up` was quicker; it made the same ones
    except KafkaError as error:
        raise GroundError("ground.topics-create", f"the cluster would not make {', '.join(missing)}: {error}",
                          todo="check the user's rights, and that there are SANFANG_REPLICAS brokers") from error
