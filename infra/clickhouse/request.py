"""What an HTTP request asks for, by the rules of ClickHouse's HTTP interface."""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from infra.clickhouse.engine import Asked, EngineError

#: Parameters that belong to the transport; every other one is a setting of the query.
_TRANSPORT: Final = frozenset({
    "query", "database", "user", "password", "role", "default_format", "query_id", "quota_key", "session_id",
    "session_timeout", "session_check", "compress", "decompress", "wait_end_of_query", "buffer_size",
    "client_protocol_version", "enable_http_compression", "send_progress_in_http_headers",
    "http_headers_progress_interval_ms", "cancel_http_readonly_queries_on_client_close", "http_make_head_request",
})
_INSERT: Final = re.compile(
    rb"\s*INSERT\s+INTO\s+(?:TABLE\s+)?[`\"\w.]+\s*(?:\([^()]*\)\s*)?(?:SETTINGS\s[^()]*?)?FORMAT\s+(\w+)", re.IGNORECASE)
_AFTER: Final = re.compile(rb"[ \t]*(?:\r?\n|;|$| )")
_FORMAT: Final = re.compile(r"\bFORMAT\s+(\w+)(?:\s+SETTINGS\s[^;]*)?\s*;?\s*$", re.IGNORECASE)
_ROWS: Final = re.compile(r"[\s(]*(SELECT|WITH|FROM)\b", re.IGNORECASE)
_NEEDS_SESSION: Final = re.compile(r"\s*(SET|USE|CREATE\s+(OR\s+REPLACE\s+)?TEMPORARY)\s", re.IGNORECASE)
#: What a server does not do for its clients either; the engine's own access control stops all other ways to a file.
_FILES: Final = re.compile(r"\bINTO\s+OUTFILE\b|\bFROM\s+INFILE\b|\b(file|python)\s*\(", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Call:
    """One request, understood."""

    asked: Asked
    buffered: bool
    """The client wants the status only when all is known."""
    user: str
    password: str

    @property
    def gives_rows(self) -> bool:
        return self.asked.data is None and _ROWS.match(self.asked.sql) is not None

    @property
    def without_format(self) -> str:
        return _FORMAT.sub("", self.asked.sql)


def understood(*, method: str, url: Mapping[str, str], headers: Mapping[str, str], body: bytes,
               form: Mapping[str, str]) -> Call:
    """Raises `EngineError` for what this face does not offer; it does not pretend."""
    said = {**url, **form}
    if said.get("compress") in {"1", "true"} or said.get("decompress") in {"1", "true"}:
        raise EngineError("Code: 48. DB::Exception: compress/decompress: this face packs by Content-Encoding only. (NOT_IMPLEMENTED)")
    sql, data, format_ = _statement(said.get("query", ""), body)
    if _NEEDS_SESSION.match(sql):
        raise EngineError("Code: 48. DB::Exception: this face keeps no sessions: SET, USE and temporary tables would be "
                          "forgotten at once. Send settings and database with the query. (NOT_IMPLEMENTED)")
    if _FILES.search(sql):
        raise EngineError("Code: 497. DB::Exception: this face touches no files. (ACCESS_DENIED)")
    settings = {name: value for name, value in url.items() if name not in _TRANSPORT and not name.startswith("param_")}
    if method in {"GET", "HEAD"} and settings.get("readonly", "0") == "0":
        settings["readonly"] = "2"
    found = _FORMAT.search(sql) if data is None else None
    user, password = _user(said, headers)
    return Call(
        Asked(
            sql=sql, data=data, settings=settings,
            format=format_ or (found.group(1) if found else "")
            or headers.get("X-ClickHouse-Format") or said.get("default_format") or "TabSeparated",
            database=said.get("database") or headers.get("X-ClickHouse-Database", ""),
            params={name[6:]: value for name, value in said.items() if name.startswith("param_")},
        ),
        buffered=said.get("wait_end_of_query") in {"1", "true"},
        user=user, password=password,
    )


def _statement(query: str, body: bytes) -> tuple[str, bytes | None, str]:
    """The statement, the rows that come with it (for an INSERT with data), and their format."""
    whole = query.encode() if query else body
    insert = _INSERT.match(whole)
    if insert is None:
        if query and body:
            whole += b"\n" + body
        try:
            return whole.decode(), None, ""
        except UnicodeDecodeError as error:
            raise EngineError(f"Code: 62. DB::Exception: Syntax error: the query is not UTF-8 ({error.reason}). (SYNTAX_ERROR)") from error
    # the engine wants the statement without its FORMAT, and the rows apart
    sql = re.sub(r"\s*FORMAT\s+\w+$", "", insert.group(0).decode(), flags=re.IGNORECASE)
    if query:
        return sql, body, insert.group(1).decode()
    after = _AFTER.match(body, insert.end())
    return sql, body[after.end() if after else insert.end():], insert.group(1).decode()


def _user(said: Mapping[str, str], headers: Mapping[str, str]) -> tuple[str, str]:
    authorization = headers.get("Authorization", "")
    if authorization.startswith("Basic "):
        try:
            user, _, password = b64decode(authorization[6:]).decode().partition(":")
        except ValueError as error:
            raise EngineError("Code: 516. DB::Exception: Authorization is not Basic. (AUTHENTICATION_FAILED)") from error
        return user, password
    return (headers.get("X-ClickHouse-User") or said.get("user") or "default",
            headers.get("X-ClickHouse-Key") or said.get("password") or "")
