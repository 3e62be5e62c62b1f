"""The worker: the Faust shell around the fold, told what the settings say."""

from __future__ import annotations

from typing import Any

from infra.kafka.clients import aiokafka, tls
from infra.settings import Settings
from streams.ruleset import RuleBook, with_packs
from streams.shell.config import ShellConfig


def run(settings: Settings, number: int = 1) -> None:
    """Run in the foreground until told to stop. ``number``: which of the machine's workers this is."""
    from streams.shell.main import run_worker  # noqa: PLC0415  Faust is slow to import

    run_worker(config_of(settings, number))


def config_of(settings: Settings, number: int = 1) -> ShellConfig:
    return ShellConfig(topics=settings.topics, group=settings.worker_group, state_dir=settings.state_dir,
                       partitions=settings.partitions, kafka=aiokafka(settings), credentials=credentials(settings),
                       rules=RuleBook(with_packs(settings.home / "rules")), name=f"{settings.worker_name}-{number}")


def credentials(settings: Settings) -> Any:
    """Faust's own words for TLS and SASL; None on a plain connection."""
    import faust  # noqa: PLC0415  slow to import, and only the worker needs it

    context = tls(settings)
    if settings.kafka_sasl and settings.kafka_password:
        return faust.SASLCredentials(
            username=settings.kafka_user, password=settings.kafka_password.get_secret_value(), ssl_context=context,
            mechanism=settings.kafka_sasl,
        )
    return faust.SSLCredentials(context) if context is not None else None
