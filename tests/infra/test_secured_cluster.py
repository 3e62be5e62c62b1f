"""The same commands against a cluster that asks for TLS, with a password (SCRAM) or a client certificate."""

from __future__ import annotations

import datetime as dt
import ipaddress
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import orjson
import pytest
from aiokafka import AIOKafkaProducer
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from kafka.admin import KafkaAdminClient, UserScramCredentialUpsertion
from pydantic import SecretStr

from events.errors import GroundError
from infra import ports
from infra.doctor import Circumstances, services
from infra.kafka import clients
from infra.kafka.broker import LocalBroker, Running
from infra.kafka.topics import ensure_topics
from infra.settings import Settings
from infra.supervision.lag import log_offsets
from tests.kafka_tools import everything, judge_all, put, worker
from tests.streams.story import Story

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.kafka

PASSWORD = "open sesame"


@dataclass(frozen=True)
class Secured:
    by_password: str
    by_certificate: str
    files: Path


def write_certificates(place: Path) -> None:
    """A certificate authority, and one certificate for 127.0.0.1 that serves both sides; PEM, as Kafka takes it too."""
    def name(said: str) -> x509.Name:
        return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, said)])

    def build(subject: str, key: ec.EllipticCurvePrivateKey, signer: ec.EllipticCurvePrivateKey, *,
              authority: bool) -> x509.Certificate:
        now = dt.datetime.now(dt.UTC)
        builder = (x509.CertificateBuilder().subject_name(name(subject)).issuer_name(name("test authority"))
                   .public_key(key.public_key()).serial_number(x509.random_serial_number())
                   .not_valid_before(now - dt.timedelta(hours=1)).not_valid_after(now + dt.timedelta(hours=2))
                   .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
                   .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
                   .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False)
                   .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]),
                                  critical=False))
        return builder.sign(signer, hashes.SHA256())

    authority, own = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    pem = serialization.Encoding.PEM
    ca = build("test authority", authority, authority, authority=True).public_bytes(pem)
    cert = build("127.0.0.1", own, authority, authority=False).public_bytes(pem)
    key = own.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    for file, content in (("ca.pem", ca), ("cert.pem", cert), ("key.pem", key), ("store.pem", key + cert)):
        (place / file).write_bytes(content)


@pytest.fixture(scope="module")
def secured(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Secured]:
    """A real broker with two more doors: SASL_SSL with SCRAM, and SSL that asks for a client certificate."""
    files = tmp_path_factory.mktemp("tls")
    write_certificates(files)
    port, controller_port, sasl_port, ssl_port = ports.free(4)
    broker = LocalBroker(files / "kafka", port, controller_port)
    command, lock = broker.prepare()
    doors = f"PLAINTEXT://127.0.0.1:{port},SASL_SSL://127.0.0.1:{sasl_port},SSL://127.0.0.1:{ssl_port}"
    with (broker.directory / "server.properties").open("a") as properties:  # the last word counts
        properties.write(f"""
listeners={doors},CONTROLLER://127.0.0.1:{controller_port}
advertised.listeners={doors}
listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,SASL_SSL:SASL_SSL,SSL:SSL
sasl.enabled.mechanisms=SCRAM-SHA-512
listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required;
listener.name.ssl.ssl.client.auth=required
ssl.keystore.type=PEM
ssl.keystore.location={files / "store.pem"}
ssl.truststore.type=PEM
ssl.truststore.location={files / "ca.pem"}
""")
    with broker.log.open("wb") as log:
        running = Running(broker, subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT, pass_fds=(lock,)))
    os.close(lock)
    try:
        running.wait_ready()
        admin = KafkaAdminClient(bootstrap_servers=running.bootstrap)
        admin.alter_user_scram_credentials([UserScramCredentialUpsertion("city", "SCRAM-SHA-512", PASSWORD, 4096)])
        admin.close()
        yield Secured(f"127.0.0.1:{sasl_port}", f"127.0.0.1:{ssl_port}", files)
    finally:
        running.stop()


def with_password(secured: Secured, home: Path, password: str = PASSWORD) -> Settings:
    return Settings(home=home, kafka=secured.by_password, kafka_security="SASL_SSL", kafka_ca=secured.files / "ca.pem",
                    kafka_sasl="SCRAM-SHA-512", kafka_user="city", kafka_password=SecretStr(password), world="secured",
                    partitions=2)


def with_certificate(secured: Secured, home: Path) -> Settings:
    return Settings(home=home, kafka=secured.by_certificate, kafka_security="SSL", kafka_ca=secured.files / "ca.pem",
                    kafka_cert=secured.files / "cert.pem", kafka_cert_key=secured.files / "key.pem", world="certified", partitions=2)


async def test_password_over_tls_serves_every_client(secured: Secured, tmp_path: Path) -> None:
    """Topics are made, a record written by aiokafka, and offsets read, all over SASL_SSL."""
    settings = with_password(secured, tmp_path)
    ensure_topics(settings)
    producer = AIOKafkaProducer(**clients.aiokafka(settings))
    await producer.start()
    try:
        await producer.send_and_wait(settings.topics.actions, b"{}", partition=1)
    finally:
        await producer.stop()
    ends, _ = log_offsets(settings)
    assert ends[1] >= 1
    assert services.kafka(Circumstances(settings)).level == "ok"


@pytest.mark.parametrize("door", ["password", "certificate"])
def test_the_worker_judges_over_tls(secured: Secured, tmp_path: Path, door: str) -> None:
    """Group, transactions and state, as `sanfang run worker` with the settings in the home's file: what it says is what the fold says."""
    settings = with_password(secured, tmp_path) if door == "password" else with_certificate(secured, tmp_path)
    settings = settings.model_copy(update={"world": f"judged_by_{door}"})
    (tmp_path / "sanfang.toml").write_text("".join(
        f'{name} = "{value.get_secret_value() if isinstance(value, SecretStr) else value}"\n'
        for name, value in settings.model_dump().items() if name.startswith("kafka_") and isinstance(value, str | Path | SecretStr)))
    ensure_topics(settings)
    story = Story()
    for number in range(3):
        story.registered("2023-03-01", f"S{number}", by="p", text="甲乙丙丁戊己庚辛")
    story.ticks("2023-04-10", "2023-04-11")
    put(settings, story.log)
    with worker(settings) as process:
        judge_all(settings, process)
    assert [orjson.loads(record.value) for record in everything(settings, settings.topics.findings)] == story.findings
    assert story.findings


def test_wrong_password_is_an_error_that_names_the_setting(secured: Secured, tmp_path: Path) -> None:
    """A password that the cluster refuses is told as such, within the few seconds of a session that cannot be opened."""
    with pytest.raises(GroundError) as told:
        ensure_topics(with_password(secured, tmp_path, "open barley"))
    assert (told.value.code, "_PASSWORD" in told.value.todo) == ("ground.kafka-unreachable", True)


def test_client_certificate_serves_too(secured: Secured, tmp_path: Path) -> None:
    """A cluster that asks for a client certificate gets the one in the settings."""
    settings = with_certificate(secured, tmp_path)
    assert settings.topics.checkpoints in ensure_topics(settings)


def test_settings_that_cannot_work_are_told_before_a_connection(secured: Secured, tmp_path: Path) -> None:
    """A missing file, half a certificate, a file that is no certificate, SASL without a user: each is named."""
    ca, junk = secured.files / "ca.pem", tmp_path / "junk.pem"
    junk.write_text("no certificate")
    for given, code in (
        ({"kafka_security": "SSL", "kafka_ca": tmp_path / "nowhere.pem"}, "ground.kafka-tls"),
        ({"kafka_security": "SSL", "kafka_ca": ca, "kafka_cert": ca}, "ground.kafka-tls"),
        ({"kafka_security": "SSL", "kafka_ca": junk}, "ground.kafka-tls"),
        ({"kafka_security": "SASL_PLAINTEXT", "kafka_sasl": "PLAIN"}, "ground.kafka-sasl"),
    ):
        settings = Settings(home=tmp_path, kafka="127.0.0.1:1").model_copy(update=given)
        with pytest.raises(GroundError) as told:
            clients.kafka_python(settings)
        assert told.value.code == code
