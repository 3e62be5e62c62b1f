"""The embedded engine: one data directory, one owner, a connection for each question.

A connection costs a third of a millisecond and carries its own database, settings and role, so questions neither see
nor wait for each other. Roles are the engine's own access control: a reader reaches the tables of our databases and
nothing else, however the question is put.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from chdb import ChdbError
from chdb.state.sqlitelike import Connection

from events.errors import GroundError, Where
from infra.clickhouse.names import OWNER, READER

_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_PIECE: Final = 1 << 20

_CONFIG: Final = """<clickhouse>
    <max_server_memory_usage>{memory}</max_server_memory_usage>
    <user_directories><users_xml><path>{users}</path></users_xml></user_directories>
</clickhouse>
"""
_USERS: Final = f"""<clickhouse>
    <profiles><default><implicit_select>0</implicit_select></default></profiles>
    <quotas><default/></quotas>
    <roles>
        <!-- everything about tables; no files, no network, no programs: those are sources, and none is granted -->
        <{OWNER}><grants>
            <query>GRANT SHOW, SELECT, INSERT, ALTER, CREATE, DROP, TRUNCATE, OPTIMIZE, CHECK, KILL QUERY, SYSTEM ON *.*</query>
            <query>GRANT TABLE ENGINE ON *</query>
        </grants></{OWNER}>
        <{READER}><grants>
            <query>GRANT SELECT ON sanfang*.*</query>
            <query>GRANT SHOW DATABASES, SHOW TABLES, SHOW COLUMNS ON sanfang*.*</query>
        </grants></{READER}>
    </roles>
    <users><default>
        <password/><networks><ip>127.0.0.1</ip></networks><profile>default</profile><quota>default</quota>
        <grants><query>GRANT {OWNER}, {READER}</query></grants>
    </default></users>
</clickhouse>
"""


class EngineError(Exception):
    """The engine's own refusal, with ClickHouse's number for it."""

    def __init__(self, message: str) -> None:
        start = message.find("Code: ")
        self.message = message[start:] if start > 0 else message
        found = re.match(r"Code: (\d+)", self.message)
        self.code = int(found.group(1)) if found else 1002
        super().__init__(self.message)


@dataclass(frozen=True, slots=True)
class Asked:
    """One question: a single statement and all that travels with it."""

    sql: str
    format: str = "TabSeparated"
    database: str = ""
    role: str = OWNER
    settings: Mapping[str, str] = field(default_factory=dict)
    params: Mapping[str, str] = field(default_factory=dict)
    data: bytes | None = None
    """The rows of an INSERT, in ``format``."""


@dataclass(frozen=True, slots=True)
class Answered:
    body: bytes
    read_rows: int = 0
    read_bytes: int = 0
    written_rows: int = 0
    written_bytes: int = 0
    seconds: float = 0.0


def quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


class Engine:
    """Owner of a data directory until `close`."""

    def __init__(self, home: Path, *, memory: int = 0) -> None:
        """``memory``: bytes the engine may use in all; 0 leaves it to the engine (nine tenths of the machine)."""
        home.mkdir(parents=True, exist_ok=True)
        home = home.resolve()
        users, config = home / "users.xml", home / "config.xml"
        users.write_text(_USERS, encoding="utf-8")
        config.write_text(_CONFIG.format(memory=memory, users=users), encoding="utf-8")
        self._address = f"{home / 'data'}?config-file={config}"
        try:
            self._keeper = Connection(self._address)
        except RuntimeError as error:
            raise GroundError(
                "ground.engine-open", f"the embedded ClickHouse does not open its data directory: {error}",
                where=Where(file=str(home)),
                todo="another process owns it (sanfang status), or the disk is full or read-only (sanfang doctor)",
            ) from error

    def close(self) -> None:
        self._keeper.close()

    def ask(self, asked: Asked) -> Answered:
        """The whole answer at once."""
        with self._connection(asked) as connection:
            try:
                if asked.data is not None:
                    return _insert(connection, asked)
                result = connection.query(asked.sql, asked.format, params=dict(asked.params))
            except (ChdbError, RuntimeError) as error:
                raise EngineError(str(error)) from error
            return Answered(bytes(result.bytes() or b""), result.storage_rows_read(), result.storage_bytes_read(),
                            result.rows_written(), result.bytes_written(), result.elapsed())

    def stream(self, asked: Asked) -> Generator[bytes, None, None]:
        """The answer block by block. Only for formats whose blocks can stand one after another (see `answer`)."""
        with self._connection(asked) as connection:
            try:
                blocks = connection.send_query(asked.sql, asked.format, params=dict(asked.params))
            except (ChdbError, RuntimeError) as error:
                raise EngineError(str(error)) from error
            try:
                for block in blocks:
                    yield bytes(block.bytes())
            except (ChdbError, RuntimeError) as error:
                raise EngineError(str(error)) from error
            finally:
                blocks.close()  # type: ignore[no-untyped-call]

    def filed(self, asked: Asked, sql: str, folder: Path) -> Generator[bytes, None, None]:
        """The whole answer, by way of a file: written before the first piece is given. ``sql`` has no FORMAT of its own."""
        file = folder / "answer"
        with self._connection(asked) as connection:
            try:
                connection.query(f"{sql}\nINTO OUTFILE {quoted(str(file))} FORMAT {asked.format}", params=dict(asked.params))
            except (ChdbError, RuntimeError) as error:
                raise EngineError(str(error)) from error
        with file.open("rb") as written:
            while piece := written.read(_PIECE):
                yield piece

    @contextmanager
    def _connection(self, asked: Asked) -> Iterator[Connection]:
        connection = Connection(self._address)
        try:
            try:
                if asked.database:
                    connection.query("USE `" + asked.database.replace("\\", "\\\\").replace("`", "\\`") + "`")
                connection.query(f"SET ROLE {asked.role}")
                # readonly comes last: after it nothing else may be set
                for name, value in sorted(asked.settings.items(), key=lambda item: item[0] == "readonly"):
                    if not _NAME.fullmatch(name):
                        raise EngineError(f"Code: 115. DB::Exception: Unknown setting {name!r}. (UNKNOWN_SETTING)")
                    connection.query(f"SET {name} = {quoted(value)}")
            except (ChdbError, RuntimeError) as error:
                raise EngineError(str(error)) from error
            yield connection
        finally:
            connection.close()


def _insert(connection: Connection, asked: Asked) -> Answered:
    """Rows go in by the engine's own streaming insert: no file between, and acknowledged only when it is written."""
    insert: Any = connection.send_insert(asked.sql, asked.format)
    try:
        insert.append(asked.data)
        done = insert.finish()
    except BaseException:
        insert.cancel()
        raise
    return Answered(b"", written_rows=done.rows_written, written_bytes=done.bytes_written, seconds=done.elapsed)
