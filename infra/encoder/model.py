"""Running the model. Vectors are projected to `DIMENSIONS` (`projection`), turned by the deployment's rotation, and rounded.

The rotation keeps every cosine and is a function of the sketch key: without the key a vector cannot be fed to whatever turns
the model's own vectors back into words.
"""

from __future__ import annotations

import hmac
import zipfile
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import orjson

from events.errors import GroundError
from events.sketches import DIMENSIONS
from infra.encoder.fetch import ENCODER
from infra.encoder.pieces import pieces

if TYPE_CHECKING:
    Array = np.ndarray[Any, np.dtype[np.float32]]

READ: Final = 300
"""Letters of the text that are read after the title."""
LONGEST: Final = 384
SCALE: Final = 360
"""A unit vector's components, times this, fit into a signed byte; what does not is cut."""
_NAME: Final = "bge-small-zh-v1.5-q"


def available() -> bool:
    """Has `make setup` brought the model."""
    return not ENCODER.missing()


class Encoder:
    """Implements `events.door.Encoder`, for one deployment's sketch key."""

    def __init__(self, key: bytes) -> None:
        self._turn = _projection()[1] @ _rotation(key)

    def __call__(self, title: str, text: str) -> tuple[bytes, bytes]:
        """The vectors of a title and of the whole."""
        return self._packed(raw(title)), self._packed(raw(f"{title}。{text[:READ]}"))

    def _packed(self, vector: Array) -> bytes:
        turned = (vector - _projection()[0]) @ self._turn
        turned = turned / max(float(np.linalg.norm(turned)), 1e-9)
        return bytes(np.clip(np.rint(turned * SCALE), -127, 127).astype(np.int8).tobytes())


def raw(text: str) -> Array:
    """What the model says: the unit vector of the first place, in 512 dimensions."""
    session, vocabulary = _model()
    ids = np.array([pieces(text or "无", vocabulary, LONGEST)], dtype=np.int64)
    states = session.run(None, {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)})[0]
    first: Array = states[0, 0]
    return first / np.linalg.norm(first)


@lru_cache(maxsize=1)
def _model() -> tuple[Any, dict[str, int]]:
    import onnxruntime  # noqa: PLC0415  26 MB that only a door with an encoder loads

    if missing := ENCODER.missing():
        raise GroundError("ground.encoder-missing", f"句向量模型不在 / the sentence encoder is not there: {missing[0]}",
                          todo="run `make setup`")
    with zipfile.ZipFile(ENCODER.folder / next(iter(ENCODER.locked()))) as artefact:
        model = artefact.read(f"{_NAME}.onnx")
        vocabulary = orjson.loads(artefact.read(f"{_NAME}-tokenizer.json"))["model"]["vocab"]
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"]), vocabulary


@lru_cache(maxsize=1)
def _projection() -> tuple[Array, Array]:
    with files("infra.encoder").joinpath("projection_1.npy").open("rb") as stored:
        table = np.load(stored).astype(np.float32)
    return table[0], table[1:].T


def _rotation(key: bytes) -> Array:
    """An orthogonal matrix from the key, the same on every machine: Gram–Schmidt (QR) of keyed normal numbers."""
    seed = int.from_bytes(hmac.digest(key, b"sanfang.rotation.1", "sha256"))
    square = np.random.default_rng(seed).standard_normal((DIMENSIONS, DIMENSIONS))
    orthogonal, upper = np.linalg.qr(square)
    return (orthogonal * np.sign(np.diag(upper))).astype(np.float32)
