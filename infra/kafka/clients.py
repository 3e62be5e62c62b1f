"""How every client reaches Kafka: one description from the settings, in each library's own words."""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from events.errors import GroundError, Where
from infra import ports

if TYPE_CHECKING:
    from infra.settings import Settings

T = TypeVar("T")


def kafka_python(settings: Settings, **more: Any) -> dict[str, Any]:
    """Keyword arguments for kafka-python's producer, consumer and admin client; ``more`` is added."""
    return {"bootstrap_servers": settings.bootstrap.split(","), **_security(settings), **more}


def aiokafka(settings: Settings, **more: Any) -> dict[str, Any]:
    """Keyword arguments for aiokafka's clients. (Never ``api_version``: see faust#672.)"""
    return {"bootstrap_servers": settings.bootstrap, **_security(settings), **more}


def require(settings: Settings) -> None:
    """Says at once that nobody is there; Kafka's own clients would wait for half a minute before they give up."""
    addresses = [address.rpartition(":") for address in settings.bootstrap.split(",")]
    if not any(port.isdigit() and ports.listening(host, int(port), 2) for host, _, port in addresses):
        raise GroundError("ground.kafka-unreachable", f"nothing listens at {settings.bootstrap}",
                          todo="`sanfang up`" if settings.kafka is None else "check SANFANG_KAFKA, and that Kafka runs there")


def admin(settings: Settings) -> Any:
    """kafka-python's admin client, or soon a `GroundError` that says why the cluster cannot be spoken to."""
    from kafka.admin import KafkaAdminClient  # noqa: PLC0415 - slow to import, see infra.cli.app
    from kafka.errors import KafkaError  # noqa: PLC0415

    require(settings)
    words = kafka_python(settings, client_id="sanfang-admin", bootstrap_timeout_ms=5000, request_timeout_ms=30_000)
    try:
        return KafkaAdminClient(**words)
    except KafkaError as error:
        raise GroundError("ground.kafka-unreachable", f"something listens at {settings.bootstrap}, but no session could be "
                          f"opened as {settings.kafka_security}: {error}",
                          todo="check SANFANG_KAFKA_SECURITY, _CA, _CERT, _SASL, _USER and _PASSWORD") from error


def coordinated(ask: Callable[[], T], *, seconds: float = 20) -> T:
    """Asks about a group. A broker that was just started makes its topic of offsets on the first question, and answers later."""
    from kafka.errors import CoordinatorLoadInProgressError, CoordinatorNotAvailableError, NotCoordinatorError  # noqa: PLC0415

    until = time.monotonic() + seconds
    while True:
        try:
            return ask()
        except (CoordinatorNotAvailableError, CoordinatorLoadInProgressError, NotCoordinatorError):
            if time.monotonic() > until:
                raise
        time.sleep(0.1)


def tls(settings: Settings) -> ssl.SSLContext | None:
    """The context to speak TLS with, where the settings ask for it; Faust's credentials are made of it too."""
    if settings.kafka_security not in {"SSL", "SASL_SSL"}:
        return None
    if bool(settings.kafka_cert) != bool(settings.kafka_cert_key):
        raise GroundError("ground.kafka-tls", "a client certificate without its key, or the other way round",
                          todo="give both SANFANG_KAFKA_CERT and SANFANG_KAFKA_CERT_KEY, or neither")
    for file in (settings.kafka_ca, settings.kafka_cert, settings.kafka_cert_key):
        if file is not None and not file.is_file():
            raise GroundError("ground.kafka-tls", "a file for TLS to Kafka is not there", where=Where(file=str(file)),
                              todo="check SANFANG_KAFKA_CA, _CERT and _CERT_KEY")
    try:
        context = ssl.create_default_context(cafile=settings.kafka_ca)
        if settings.kafka_cert and settings.kafka_cert_key:
            context.load_cert_chain(settings.kafka_cert, settings.kafka_cert_key)
    except ssl.SSLError as error:
        raise GroundError("ground.kafka-tls", f"the TLS files for Kafka cannot be used: {error}",
                          todo="PEM files are expected; the key must fit the certificate") from error
    return context


def _security(settings: Settings) -> dict[str, Any]:
    said: dict[str, Any] = {"security_protocol": settings.kafka_security}
    context = tls(settings)
    if context is not None:
        said["ssl_context"] = context
    if settings.kafka_security.startswith("SASL_"):
        if not (settings.kafka_sasl and settings.kafka_user and settings.kafka_password):
            raise GroundError("ground.kafka-sasl", f"{settings.kafka_security} lacks mechanism, user or password",
                              todo="give SANFANG_KAFKA_SASL, SANFANG_KAFKA_USER and SANFANG_KAFKA_PASSWORD")
        said |= {"sasl_mechanism": settings.kafka_sasl, "sasl_plain_username": settings.kafka_user,
                 "sasl_plain_password": settings.kafka_password.get_secret_value()}
    return said
