"""Bodies as clickhouse-connect sends them (one frame a block) and wants them back."""

from __future__ import annotations

import gzip
import sys
import zlib
from collections.abc import Callable
from typing import Any, Final, Protocol

import lz4.frame  # type: ignore[import-untyped]

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd


class Compressor(Protocol):
    def compress(self, data: bytes, /) -> bytes: ...
    def flush(self) -> bytes: ...


class _Lz4:
    def __init__(self) -> None:
        self._frame = lz4.frame.LZ4FrameCompressor()
        self._begun = False

    def compress(self, data: bytes, /) -> bytes:
        head = b"" if self._begun else bytes(self._frame.begin())
        self._begun = True
        return head + bytes(self._frame.compress(data))

    def flush(self) -> bytes:
        return self.compress(b"") + bytes(self._frame.flush())


def _gzip() -> Any:
    return zlib.compressobj(level=1, wbits=31)


_WAYS: Final[dict[str, Callable[[], Compressor]]] = {"zstd": zstd.ZstdCompressor, "lz4": _Lz4, "gzip": _gzip}


def _un_lz4(body: bytes) -> bytes:
    whole, rest = b"", body
    while rest:
        frame = lz4.frame.LZ4FrameDecompressor()
        whole += frame.decompress(rest)
        if not frame.eof:
            raise ValueError("the last lz4 frame is cut short")
        rest = frame.unused_data or b""
    return whole


_BACK: Final[dict[str, Callable[[bytes], bytes]]] = {
    "zstd": zstd.decompress, "lz4": _un_lz4, "gzip": gzip.decompress, "deflate": zlib.decompress, "identity": bytes,
}


class UnreadableBodyError(Exception):
    """A request body that does not unpack, or is packed in a way that is not known here."""


def unpacked(body: bytes, encoding: str) -> bytes:
    if not encoding:
        return body
    if encoding not in _BACK:
        raise UnreadableBodyError(f"Content-Encoding {encoding} is not known here; known: {', '.join(_BACK)}")
    try:
        return _BACK[encoding](body)
    except (ValueError, RuntimeError, OSError, EOFError, zlib.error, zstd.ZstdError) as error:
        raise UnreadableBodyError(f"the body is not {encoding}: {error}") from error


def chosen(accept: str) -> str:
    """The first of the client's wishes that is known here; empty for none."""
    wishes = (wish.partition(";")[0].strip().lower() for wish in accept.split(","))
    return next((wish for wish in wishes if wish in _WAYS), "")


def compressor(encoding: str) -> Compressor:
    return _WAYS[encoding]()
