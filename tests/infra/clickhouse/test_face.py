"""The face of the embedded engine, asked as ClickHouse's HTTP interface is asked."""

from __future__ import annotations

import gzip
import http.client
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import lz4.frame
import orjson
import pytest
import urllib3

from events.errors import GroundError, WarehouseError
from infra.clickhouse import local
from infra.clickhouse.answer import empty_native, leb128
from infra.clickhouse.compression import UnreadableBodyError, chosen, unpacked
from infra.clickhouse.engine import Asked, EngineError
from infra.clickhouse.request import understood
from projections.warehouse import UnreachableError, Warehouse, connect
from tests.kafka_tools import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.clickhouse


@pytest.fixture(scope="module")
def face(tmp_path_factory: pytest.TempPathFactory) -> Iterator[local.Running]:
    """A face in a process of its own."""
    with local.running(tmp_path_factory.mktemp("face")) as started:
        yield started


def ask(face: local.Running, body: bytes = b"", *, method: str = "POST", path: str = "/", headers: dict[str, str] | None = None,
        **url: str) -> tuple[int, bytes, http.client.HTTPMessage]:
    connection = http.client.HTTPConnection("127.0.0.1", face.port)
    try:
        connection.request(method, f"{path}?{urlencode(url)}" if url else path, body or None, headers or {})
        answer = connection.getresponse()
        return answer.status, answer.read(), answer.headers
    finally:
        connection.close()


def test_ping_and_the_bare_root(face: local.Running) -> None:
    """/ping answers Ok., and so does / without a question."""
    assert ask(face, method="GET", path="/ping")[:2] == (200, b"Ok.\n")
    assert ask(face, method="GET")[:2] == (200, b"Ok.\n")


def test_question_in_url_or_body_and_in_both(face: local.Running) -> None:
    """A question may stand in the url, in the body, or begin in the one and end in the other."""
    assert ask(face, method="GET", query="SELECT 1")[:2] == (200, b"1\n")
    assert ask(face, b"SELECT 2")[:2] == (200, b"2\n")
    assert ask(face, b"3", query="SELECT")[:2] == (200, b"3\n")


def test_format_of_the_answer(face: local.Running) -> None:
    """FORMAT in the question wins over the header and over default_format; what was used is told."""
    for extra, wanted in (({"query": "SELECT 1 AS x FORMAT JSONEachRow"}, b'{"x":1}\n'),
                          ({"query": "SELECT 1 AS x", "default_format": "JSONEachRow"}, b'{"x":1}\n'),
                          ({"query": "SELECT 1 AS x FORMAT CSV SETTINGS max_threads = 1", "default_format": "JSON"}, b"1\n")):
        assert ask(face, **extra)[1] == wanted
    assert ask(face, b"SELECT 1", headers={"X-ClickHouse-Format": "CSV"})[2]["X-ClickHouse-Format"] == "CSV"


def test_parameters_and_settings_in_the_url(face: local.Running) -> None:
    """param_x fills a place in the question; every other name is a setting of this question; an unknown one is an error."""
    assert ask(face, b"SELECT {x:UInt8} + 1", param_x="41")[1] == b"42\n"
    assert ask(face, b"SELECT getSetting('max_threads')", max_threads="1")[1] == b"1\n"
    status, body, headers = ask(face, b"SELECT 1", no_such_setting="1")
    assert (status, headers["X-ClickHouse-Exception-Code"]) == (404, "115"), body


def test_form_fields(face: local.Running) -> None:
    """Question and parameters as fields of a form, as the client sends them when they are long; files are refused openly."""
    form, kind = urllib3.encode_multipart_formdata({"query": "SELECT {x:String}", "param_x": "信"})
    assert ask(face, form, headers={"Content-Type": kind})[1] == "信\n".encode()
    form, kind = urllib3.encode_multipart_formdata({"query": "SELECT 1", "t": ("t", b"1\n", "text/plain")})
    assert ask(face, form, headers={"Content-Type": kind})[0] == 501


@pytest.mark.parametrize(("packing", "pack"), [("gzip", gzip.compress), ("lz4", lz4.frame.compress)])
def test_packed_bodies_both_ways(face: local.Running, packing: str, pack: object) -> None:
    """A packed question, of more frames than one, is unpacked; an answer is packed as the client wishes."""
    assert callable(pack)
    body = pack(b"SELECT ") + pack(b"number FROM numbers(100000)")
    plain = ask(face, b"SELECT number FROM numbers(100000)")[1]
    assert ask(face, body, headers={"Content-Encoding": packing})[1] == plain
    for whole in ("0", "1"):
        status, packed, headers = ask(face, b"SELECT number FROM numbers(100000)", headers={"Accept-Encoding": f"br, {packing};q=0.5"},
                                      wait_end_of_query=whole)
        assert (status, headers["Content-Encoding"]) == (200, packing)
        assert unpacked(packed, packing) == plain


def test_body_that_does_not_unpack_is_told(face: local.Running) -> None:
    """A cut frame, and a packing that is not known, are errors and not rows."""
    cut = lz4.frame.compress(b"SELECT 1" * 100)[:-8]
    assert ask(face, cut, headers={"Content-Encoding": "lz4"})[0] == 400
    assert b"br is not known" in ask(face, b"x", headers={"Content-Encoding": "br"})[1]
    with pytest.raises(UnreadableBodyError):
        unpacked(b"no gzip", "gzip")
    assert chosen("br;q=1.0, zstd") == "zstd"
    assert chosen("br") == ""


def test_errors_carry_number_and_status(face: local.Running) -> None:
    """Each error has ClickHouse's number in its header and a status that no client quietly tries again."""
    for sql, status, number in ((b"SELECT nope", 404, "47"), (b"SELEC", 400, "62"), (b"SELECT * FROM system.nowhere", 404, "60"),
                                (b"SELECT throwIf(1)", 500, "395"), (b"SET max_threads = 1", 501, "48")):
        got, body, headers = ask(face, sql)
        assert (got, headers["X-ClickHouse-Exception-Code"]) == (status, number), body


def test_insert_in_any_format_with_rows_in_the_body(face: local.Running) -> None:
    """Rows follow the statement in the body, or stand alone in it when the statement is in the url; VALUES and SELECT work too."""
    ask(face, b"CREATE DATABASE IF NOT EXISTS sanfang_ins")
    ask(face, b"CREATE TABLE t (a UInt8, b String) ENGINE = MergeTree ORDER BY a", database="sanfang_ins")
    bodies: list[tuple[bytes, dict[str, str]]] = [
        (b'INSERT INTO t (a, b) FORMAT CSV\n1,"FORMAT x"\n', {}), (b'{"a":2,"b":"y"}\n', {"query": "INSERT INTO t FORMAT JSONEachRow"}),
        (b"INSERT INTO `t` (`a`, `b`) VALUES (3, 'the FORMAT CSV is')", {}), (b"INSERT INTO t SELECT 4, 'FORMAT CSV'", {}),
        (b"INSERT INTO sanfang_ins.t SETTINGS max_threads = 1 FORMAT TSV\n5\tz\n", {})]
    for body, url in bodies:
        status, said, headers = ask(face, body, database="sanfang_ins", **url)
        assert status == 200, said
    assert orjson.loads(headers["X-ClickHouse-Summary"])["written_rows"] == "1"
    assert ask(face, b"SELECT a, b FROM t ORDER BY a", database="sanfang_ins")[1] == (
        b"1\tFORMAT x\n2\ty\n3\tthe FORMAT CSV is\n4\tFORMAT CSV\n5\tz\n")
    assert ask(face, b"INSERT INTO t FORMAT CSV\nnot,a,row\n", database="sanfang_ins")[0] >= 400


def test_reading_only_means_reading_only(face: local.Running) -> None:
    """readonly=1 and readonly=2 refuse to write, as does GET; with 1 no setting can be changed in the question either."""
    for readonly in ("1", "2"):
        assert ask(face, b"CREATE DATABASE sanfang_ro", readonly=readonly)[2]["X-ClickHouse-Exception-Code"] == "164"
    assert ask(face, method="GET", query="CREATE DATABASE sanfang_ro")[2]["X-ClickHouse-Exception-Code"] == "164"
    assert ask(face, b"SELECT 1 SETTINGS max_threads = 1", readonly="1")[2]["X-ClickHouse-Exception-Code"] == "164"
    assert ask(face, b"SELECT 1 SETTINGS max_threads = 1", readonly="2")[1] == b"1\n"


@pytest.mark.parametrize("sql", [
    "SELECT file('/etc/passwd')", "SELECT * FROM file('/etc/passwd', LineAsString)", "SELECT * FROM default.`/etc/passwd`",
    "SELECT 1 INTO OUTFILE '/tmp/sanfang-out'", "INSERT INTO FUNCTION file('/tmp/sanfang-out', CSV, 'x UInt8') SELECT 1",
    "SELECT * FROM url('http://127.0.0.1:1', LineAsString)", "SELECT * FROM python('x')",
    "SELECT * FROM executable('id', TSV, 'x String')", "CREATE TABLE default.f (x String) ENGINE = File(TSV, '/etc/passwd')",
    "CREATE USER u", "SELECT * FROM remote('127.0.0.1', system.one)"])
def test_owner_reaches_no_files_and_no_network_either(face: local.Running, sql: str) -> None:
    """Whoever may ask the face owns the tables, not the machine: files, network and programs are out of reach for all."""
    status, _, headers = ask(face, sql.encode())
    assert status >= 400
    assert headers["X-ClickHouse-Exception-Code"] in {"497", "1"}
    assert not Path("/tmp/sanfang-out").exists()  # noqa: S108 - the very file that must not appear


def test_what_needs_a_session_is_refused_openly(face: local.Running) -> None:
    """SET, USE and temporary tables would be forgotten at once, so they are not accepted; nor is native block packing."""
    for sql in (b"USE system", b"create temporary table x (a UInt8)"):
        assert ask(face, sql)[0] == 501
    assert ask(face, b"SELECT 1", decompress="1")[0] == 501


def test_a_page_in_a_browser_gets_nothing(face: local.Running) -> None:
    """A request that a web page could make (with an Origin, or by another host's name) is refused."""
    assert ask(face, b"SELECT 1", headers={"Origin": "https://example.org"})[0] == 403
    assert ask(face, b"SELECT 1", headers={"Host": "example.org"})[0] == 403


def test_ping_answers_while_questions_run(face: local.Running) -> None:
    """Several questions run side by side, and /ping does not wait for any of them."""
    started = threading.Barrier(4)

    def slow() -> None:
        started.wait()
        assert ask(face, b"SELECT count() FROM numbers(1000000000000)", max_execution_time="2")[2]["X-ClickHouse-Exception-Code"] == "159"

    threads = [threading.Thread(target=slow) for _ in range(3)]
    for thread in threads:
        thread.start()
    started.wait()
    assert ask(face, method="GET", path="/ping")[1] == b"Ok.\n"
    assert ask(face, b"SELECT 1")[1] == b"1\n"
    assert all(thread.is_alive() for thread in threads)
    for thread in threads:
        thread.join()


def test_password_is_asked_for(tmp_path: Path) -> None:
    """With a password set, no other opens it, for the owner and for the reader; who is unknown stays out."""
    with local.running(tmp_path, password="secret") as face:
        for user, password in (("default", ""), ("default", "Secret"), ("sanfang_reader", ""), ("nobody", "secret")):
            with pytest.raises(WarehouseError) as told:
                connect(face.url, user=user, password=password)
            assert told.value.code == "warehouse.login"
        with connect(face.url, password="secret", database="default") as client:
            assert client.rows("SELECT 1") == [(1,)]
        assert ask(face, b"SELECT 1", headers={"X-ClickHouse-User": "default", "X-ClickHouse-Key": "secret"})[1] == b"1\n"
        assert ask(face, method="GET", path="/ping")[1] == b"Ok.\n"


def test_only_loopback_is_listened_on(face: local.Running) -> None:
    """The listening socket is bound to 127.0.0.1 and to nothing else."""
    import psutil

    listening = [connection.laddr for connection in psutil.Process(face.process.pid).net_connections() if connection.status == "LISTEN"]
    assert [(address.ip, address.port) for address in listening] == [("127.0.0.1", face.port)]


def _insert_until_killed(client: Warehouse) -> int:
    acknowledged = 0
    while True:
        try:
            client.insert("t", ["a"], [[acknowledged + 1]], token=str(acknowledged + 1))
        except UnreachableError:
            return acknowledged
        acknowledged += 1


def test_nothing_acknowledged_is_lost(tmp_path: Path) -> None:
    """After a clean stop, and after kill -9 in the middle of inserts, every acknowledged row is there, once."""
    with local.running(tmp_path) as face, connect(face.url) as client:
        client.command("CREATE DATABASE sanfang", database=False)
        client.command("CREATE TABLE t (a UInt64) ENGINE = MergeTree ORDER BY a SETTINGS non_replicated_deduplication_window = 100")
        client.insert("t", ["a"], [[0]], token="0")
        assert face.stop() == 0
    with local.running(tmp_path) as face, connect(face.url) as client:
        killer = threading.Timer(1.0, face.kill)
        killer.start()
        acknowledged = _insert_until_killed(client)
        killer.join()
    with local.running(tmp_path) as face, connect(face.url) as client:
        client.insert("t", ["a"], [[acknowledged + 1]], token=str(acknowledged + 1))
        assert acknowledged > 0
        assert client.rows("SELECT count(), uniqExact(a), max(a) FROM t") == [(acknowledged + 2,) * 2 + (acknowledged + 1,)]


def test_stop_lets_a_question_end(tmp_path: Path) -> None:
    """SIGTERM while a question runs: it is answered, then the process ends with 0."""
    answers: list[tuple[int, bytes]] = []
    with local.running(tmp_path) as face:
        thread = threading.Thread(target=lambda: answers.append(ask(face, b"SELECT sleep(2) FORMAT CSV", wait_end_of_query="1")[:2]))
        thread.start()
        seen = b"0\n"
        while seen == b"0\n":
            seen = ask(face, b"SELECT count() FROM system.processes WHERE query LIKE '%sleep(2)%' AND query NOT LIKE '%processes%'")[1]
        face.process.send_signal(signal.SIGTERM)
        thread.join()
        assert face.process.wait(PATIENCE) == 0
    assert answers == [(200, b"0\n")]


def test_second_owner_is_told_why(face: local.Running, capfd: pytest.CaptureFixture[str]) -> None:
    """A second process on the same directory ends with the ground's exit code and says who is to blame."""
    with pytest.raises(GroundError):
        local.start(face.home)
    assert "ground.engine-open" in capfd.readouterr().err


def test_taken_port_is_told(face: local.Running, tmp_path: Path) -> None:
    """A port that is taken ends the process with a message that names the setting."""
    done = subprocess.run([sys.executable, "-m", "infra.clickhouse", str(tmp_path), str(face.port)], capture_output=True, text=True,
                          check=False)
    assert (done.returncode, "SANFANG_CLICKHOUSE_PORT" in done.stderr) == (4, True)


def test_empty_native_block() -> None:
    """A block of no rows names its columns as a server does; long names too."""
    assert empty_native([("a", "UInt8")]) == b"\x01\x00\x01a\x05UInt8"
    assert leb128(300) == b"\xac\x02"


def test_statement_that_is_no_text_is_refused() -> None:
    """Bytes that are no UTF-8 are an error of syntax with its number."""
    with pytest.raises(EngineError) as told:
        understood(method="POST", url={}, headers={}, body=b"SELECT '\xff'", form={})
    assert told.value.code == 62


def test_reading_of_requests() -> None:
    """Native rows that begin with a line feed lose nothing; settings, database, user and parameters find their places."""
    call = understood(method="POST", url={"database": "d", "max_threads": "1", "param_x": "1", "session_id": "s"}, headers={},
                      body=b"INSERT INTO t (a) FORMAT Native\n\x0a\x01rows", form={})
    assert call.asked == Asked("INSERT INTO t (a)", "Native", database="d", settings={"max_threads": "1"}, params={"x": "1"},
                               data=b"\x0a\x01rows")
    assert (call.user, call.password, call.gives_rows) == ("default", "", False)
