"""What we stand on: Kafka, its topics, ClickHouse, the keys."""

from __future__ import annotations

from events.errors import SanfangError
from infra.complaints import what
from infra.doctor.finding import Check, Circumstances, Finding, fail, ok, warn
from infra.kafka import clients
from infra.kafka.topics import configs, described, differences
from infra.supervision.lag import warehouse


def kafka(seen: Circumstances) -> Finding:
    if seen.settings.kafka is None and not seen.up:
        return warn("kafka", "Kafka 未运行 / the local broker is not running", "`sanfang up`")
    try:
        admin = clients.admin(seen.settings)
        try:
            brokers = len(admin.describe_cluster()["brokers"])
        finally:
            admin.close()
    except SanfangError as error:
        return fail("kafka", what(error), error.todo)
    where = f"{seen.settings.bootstrap}, {seen.settings.kafka_security}"
    if brokers < seen.settings.replicas:
        return fail("kafka", f"{brokers} brokers at {where}, SANFANG_REPLICAS={seen.settings.replicas}",
                    "启动其余节点 / start the others, or lower SANFANG_REPLICAS")
    return ok("kafka", f"{brokers} broker{'s' * (brokers > 1)} at {where}")


def topics(seen: Circumstances) -> Finding:
    if kafka(seen).level != "ok":
        return warn("topics", "Kafka 不可用，未检查 / cannot be looked at without Kafka", "see kafka")
    admin = clients.admin(seen.settings)
    try:
        wanted = configs(seen.settings.topics)
        there = set(admin.list_topics())
        different = differences(seen.settings, described(admin, [name for name in wanted if name in there]))
    finally:
        admin.close()
    missing = sorted(set(wanted) - there)
    if different:
        return fail("topics", "; ".join(different),
                    "主题设置不符 / set SANFANG_PARTITIONS to what is there; settings: kafka-configs --alter")
    if missing:
        return warn("topics", f"缺少主题 / missing: {', '.join(missing)}", "`sanfang up` makes them")
    return ok("topics", f"{len(wanted)} topics of {seen.settings.partitions} partitions")


def clickhouse(seen: Circumstances) -> Finding:
    settings = seen.settings
    if settings.clickhouse is None and not seen.up:
        return warn("clickhouse", "ClickHouse 未运行 / the embedded engine is not running", "`sanfang up`")
    try:
        with warehouse(settings, database="default") as asked:
            ((version,),) = asked.rows("SELECT version()")
    except SanfangError as error:
        return fail("clickhouse", what(error), error.todo)
    return ok("clickhouse", f"{version} at {settings.clickhouse_url}")


def keys(seen: Circumstances) -> Finding:
    """Only that they are there and for their owner alone; their content is never read here."""
    place = seen.settings.home / "keys"
    files = [file for file in place.rglob("*") if file.is_file()] if place.is_dir() else []
    if not files:
        return warn("keys", f"尚无密钥 / none in {place}", "`sanfang up` makes them; on a second machine copy them from the first")
    open_to_others = [file for file in files if file.stat().st_mode & 0o077]
    if open_to_others:
        return fail("keys", f"他人可读密钥 / others may read {open_to_others[0]}", f"chmod -R go= {place}")
    return ok("keys", f"{len(files)} files, for their owner alone")


CHECKS: tuple[Check, ...] = (kafka, topics, clickhouse, keys)
