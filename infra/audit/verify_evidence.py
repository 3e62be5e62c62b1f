"""Checks a Sanfang evidence file: python -I verify.py proof.json --key KEY [--witness KEY …].

One file, the standard library only, nothing of Sanfang; written from docs/evidence.md (RFC 9162, RFC 8032, C2SP signed-note,
tlog-checkpoint, tlog-cosignature). Exit 0: it holds. 1: it does not, with a code and the place. 2: it could not be asked.
"""

from __future__ import annotations

import argparse
import base64
import binascii
import hashlib
import json
import sys
from typing import Any

P = 2**255 - 19
Q = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)
Point = tuple[int, int, int, int]


class RefusedError(Exception):
    """The evidence does not hold. ``code`` is stable."""

    def __init__(self, code: str, what: str) -> None:
        super().__init__(f"[{code}] {what}")
        self.code = code


# Ed25519, RFC 8032 5.1 ----------------------------------------------------------------------------------------------------


def _add(one: Point, two: Point) -> Point:
    a, b = (one[1] - one[0]) * (two[1] - two[0]) % P, (one[1] + one[0]) * (two[1] + two[0]) % P
    c, d = 2 * one[3] * two[3] * D % P, 2 * one[2] * two[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def _times(scalar: int, point: Point) -> Point:
    product: Point = (0, 1, 1, 0)
    while scalar:
        if scalar & 1:
            product = _add(product, point)
        point = _add(point, point)
        scalar >>= 1
    return product


def _point(data: bytes) -> Point | None:
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & ((1 << 255) - 1)
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT_OF_MINUS_ONE % P
    if (x * x - square) % P or (x == 0 and sign):
        return None
    if x & 1 != sign:
        x = P - x
    return x, y, 1, x * y % P


BASE = _point((4 * pow(5, -1, P) % P).to_bytes(32, "little"))


def ed25519(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether the signature is the key's over the message."""
    if len(public) != 32 or len(signature) != 64 or BASE is None:
        return False
    key, commitment, scalar = _point(public), _point(signature[:32]), int.from_bytes(signature[32:], "little")
    if key is None or commitment is None or scalar >= Q:
        return False
    challenge = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % Q
    left, right = _times(scalar, BASE), _add(commitment, _times(challenge, key))
    return (left[0] * right[2] - right[0] * left[2]) % P == 0 and (left[1] * right[2] - right[1] * left[2]) % P == 0


# Merkle trees, RFC 9162 2.1 ---------------------------------------------------------------------------------------------


def leaf_hash(leaf: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + leaf).digest()


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def root_from_inclusion(leaf: bytes, index: int, size: int, path: list[bytes]) -> bytes | None:
    """The head that the path leads to (2.1.3.2); None if it is no path for that place."""
    if not 0 <= index < size:
        return None
    fn, sn, r = index, size - 1, leaf
    for p in path:
        if sn == 0:
            return None
        if fn & 1 or fn == sn:
            r = _node(p, r)
            while fn and not fn & 1:
                fn, sn = fn >> 1, sn >> 1
        else:
            r = _node(r, p)
        fn, sn = fn >> 1, sn >> 1
    return r if sn == 0 else None


def heads_agree(old: int, new: int, path: list[bytes], old_head: bytes, new_head: bytes) -> bool:
    """Whether the old tree is the beginning of the new one (2.1.4.2)."""
    if old == new:
        return not path and old_head == new_head
    if not 0 <= old < new:
        return False
    if old == 0:
        return not path and old_head == hashlib.sha256().digest()
    steps = path if old & (old - 1) else [old_head, *path]
    if not steps:
        return False
    fn, sn = old - 1, new - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    fr = sr = steps[0]
    for c in steps[1:]:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            fr, sr = _node(c, fr), _node(c, sr)
            while fn and not fn & 1:
                fn, sn = fn >> 1, sn >> 1
        else:
            sr = _node(sr, c)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and fr == old_head and sr == new_head


# Signed notes, C2SP -------------------------------------------------------------------------------------------------------


def key_of(vkey: str) -> tuple[str, bytes, int, bytes]:
    """Name, key id, kind and public key of ``name+id+key``."""
    try:
        name, id_, key = vkey.strip().split("+", 2)
        raw, said = base64.b64decode(key, validate=True), bytes.fromhex(id_)
    except (ValueError, binascii.Error):
        raise RefusedError("evidence.bad-key", "the key is not of the form name+id+base64") from None
    if len(raw) != 33 or raw[0] not in {1, 4} or said != hashlib.sha256(name.encode() + b"\n" + raw).digest()[:4]:
        raise RefusedError("evidence.bad-key", f"the key of {name} does not fit its own id")
    return name, said, raw[0], raw[1:]


def opened(note: str, vkey: str) -> tuple[str, int, bytes]:
    """Origin, size and head of a checkpoint which that key has signed (or, as a witness, cosigned)."""
    name, id_, kind, public = key_of(vkey)
    text, blank, lines = note.rpartition("\n\n")
    text += "\n"
    parts = text.split("\n")
    try:
        origin, size, head = parts[0], int(parts[1]), base64.b64decode(parts[2], validate=True)
        if not blank or not origin or str(size) != parts[1] or size < 0 or len(head) != 32:
            raise ValueError(note)  # noqa: TRY301 - one answer for all that is malformed
        signatures = [line.split(" ") for line in lines.splitlines()]
        signed = [base64.b64decode(data, validate=True) for dash, who, data in signatures if dash == "—" and who == name]
    except (ValueError, IndexError, binascii.Error):
        raise RefusedError("evidence.bad-checkpoint", "the checkpoint is not a signed note") from None
    mine = [each[4:] for each in signed if each[:4] == id_]
    if not mine:
        raise RefusedError("evidence.wrong-key", f"{origin}: no signature by {name}+{id_.hex()}")
    for signature in mine:
        message = text.encode()
        if kind == 4:
            message = f"cosignature/v1\ntime {int.from_bytes(signature[:8], 'big')}\n".encode() + message
        if not ed25519(public, message, signature[8:] if kind == 4 else signature):
            raise RefusedError("evidence.forged-checkpoint", f"{origin}: the signature of {name} does not hold for size {size}")
    return origin, size, head


# Evidence files ---------------------------------------------------------------------------------------------------------


def leaf_of(event: dict[str, Any]) -> bytes:
    key = b"-" if event["key_base64"] is None else b"+" + event["key_base64"].encode()
    value = b"-" if event["value_base64"] is None else b"+" + base64.b64decode(event["value_base64"], validate=True)
    return b"sanfang.record.v1\n%d\n%d\n%b\n%b" % (event["offset"], event["log_time_ms"], key, value)


def _log(log: dict[str, Any], key: str, witnesses: list[str], *, computed: bool) -> tuple[str, list[tuple[str, dict[str, Any]]]]:
    origin, size, head = opened(log["checkpoint"], key)
    for witness in witnesses:
        opened(log["checkpoint"], witness)
    if origin != log["origin"] or origin.rpartition("/")[2] != str(log["partition"]):
        raise RefusedError("evidence.other-log", f"the checkpoint is of {origin}, the proof of {log['origin']}[{log['partition']}]")
    shown = []
    last = (-1, -1)
    for event in log["events"]:
        where = f"{origin} offset {event['offset']}"
        if (event["index"], event["offset"]) <= last or event["index"] <= last[0] or event["offset"] <= last[1]:
            raise RefusedError("evidence.order", f"{where}: not in the order of the log")
        last = (event["index"], event["offset"])
        reached = root_from_inclusion(leaf_hash(leaf_of(event)), event["index"], size, [bytes.fromhex(each) for each in event["path"]])
        if reached != head:
            raise RefusedError("evidence.not-included", f"{where}: these bytes are not in the tree that was signed")
        shown.append((where, _json(base64.b64decode(event["value_base64"] or ""))))
    prefix = log["prefix"] if computed else None
    if prefix is not None and (prefix["size"] != last[0] + 1 or not heads_agree(
            prefix["size"], size, [bytes.fromhex(each) for each in prefix["path"]], bytes.fromhex(prefix["root"]), head)):
        raise RefusedError("evidence.bad-prefix", f"{origin}: the inputs of the computation are not the beginning of the signed log")
    return f"{origin}: size {size}, head {head.hex()}, {len(log['events'])} event(s) in it", shown


def _of_subject(proof: dict[str, Any], shown: list[tuple[str, dict[str, Any]]], findings: list[dict[str, Any]]) -> None:
    """Nothing foreign is shown under the subject's name, and what its findings rest on is there."""
    kind, id_ = proof["subject"]["kind"], proof["subject"]["id"]
    known = {event.get("id") for _, event in shown}
    letters: set[str] = set()
    county = None
    if kind == "event":
        wanted = {id_}
        if findings or id_ not in known:
            raise RefusedError("evidence.subject", f"event {id_} is not among the events of this file, or there are findings beside it")
    elif kind in {"finding", "matter"}:
        if not findings or (kind == "finding" and len(findings) > 1):
            raise RefusedError("evidence.subject", f"a file about one {kind} with {len(findings)} findings")
        wanted = {event for finding in findings for event in (*finding["data"]["evidence"], finding.get("causationid"))}
        for finding in findings:
            if finding["id" if kind == "finding" else "subject"] != id_:
                raise RefusedError("evidence.subject", f"finding {finding['id']} is not of the {kind} {id_}")
            lacking = set(finding["data"]["evidence"]) - known
            if lacking:
                raise RefusedError("evidence.subject", f"finding {finding['id']} rests on events not shown: {sorted(lacking)}")
        if kind == "matter" and "matter" in proof:
            state = _json(base64.b64decode(proof["matter"], validate=True))
            if state["id"] != id_:
                raise RefusedError("evidence.subject", f"the state in this file is of the matter {state['id']}, not of {id_}")
            letters, county = {each["id"] for each in state["submissions"]}, state["county"]
    else:
        raise RefusedError("evidence.format", f"unknown kind of subject {kind!r}")
    for where, event in shown:
        if event.get("id") not in wanted and (event.get("subject") not in letters or event.get("partitionkey") != county):
            raise RefusedError("evidence.subject", f"{where}: event {event.get('id')} has nothing to do with the {kind} {id_}")


def _json(data: bytes) -> dict[str, Any]:
    try:
        said = json.loads(data)
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}


def check(proof: dict[str, Any], key: str, witnesses: list[str]) -> list[str]:
    """What holds, one line each; raises RefusedError at the first thing that does not."""
    try:
        if proof["format"] == "sanfang-consistency/v1":
            return [_consistency(proof, key, witnesses)]
        if proof["format"] != "sanfang-evidence/v1":
            raise RefusedError("evidence.format", f"unknown format {proof['format']!r}")
        said: list[str] = []
        shown: list[tuple[str, dict[str, Any]]] = []
        findings = [_json(base64.b64decode(finding, validate=True)) for finding in proof.get("findings", [])]
        for log in proof["logs"]:
            line, documents = _log(log, key, witnesses, computed=bool(findings))
            said.append(line)
            shown += documents
        unnamed = {finding["data"]["rule_set"] for finding in findings} - {one["id"] for one in proof.get("rule_sets", [])}
        if unnamed:
            raise RefusedError("evidence.no-rule-set", f"the findings name rule sets that are not in the file: {sorted(unnamed)}")
        _of_subject(proof, shown, findings)
        said += [f"finding {document['id']}: {document['data']['rule']}, art. {document['data']['article']}, rule set "
                 f"{document['data']['rule_set']}; its evidence is in the log (the judgement is not recomputed here)"
                 for document in findings]
    except (KeyError, TypeError, ValueError, AttributeError, binascii.Error) as error:
        raise RefusedError("evidence.damaged", f"the file is damaged: {type(error).__name__} {error}") from None
    return said


def _consistency(proof: dict[str, Any], key: str, witnesses: list[str]) -> str:
    (origin, old, old_head), (other, new, new_head) = opened(proof["old"], key), opened(proof["new"], key)
    for witness in witnesses:
        opened(proof["new"], witness)
    if origin != other:
        raise RefusedError("evidence.other-log", f"{origin} and {other} are not the same log")
    if old == new and old_head != new_head:
        raise RefusedError("evidence.split-view", f"{origin}: two heads were signed for size {old}: two histories")
    if not heads_agree(old, new, [bytes.fromhex(each) for each in proof["path"]], old_head, new_head):
        raise RefusedError("evidence.inconsistent", f"{origin}: the tree of size {old} is not the beginning of that of size {new}")
    return f"{origin}: nothing before {old} was altered, dropped or reordered up to {new}"


_WHOLE = "the file is not as it was handed out: ask for it again, and keep this one"
_SIGNER = "keep this file: whoever signs the log must explain it; hold the head against another auditor's or a witness's"
NEXT = {
    "evidence.wrong-key": "take the key that was published apart from the log (sanfang audit key), not one that came with the file",
    "evidence.bad-key": "a verifier key is one line: NAME+KEYID+BASE64",
    "evidence.other-log": "ask for the proof of the log that is meant: world, topic and partition are in the origin",
    "evidence.forged-checkpoint": _SIGNER, "evidence.split-view": _SIGNER, "evidence.inconsistent": _SIGNER,
}
"""What an auditor does next, by code; of all others the file itself is at fault."""


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("proof")
    parser.add_argument("--key", required=True, help="the log's verifier key name+id+base64, or a file that holds it")
    parser.add_argument("--witness", action="append", default=[], help="a witness whose cosignature must be there")
    given = parser.parse_args(arguments)
    try:
        with open(given.proof, "rb") as file:  # noqa: PTH123 - this file stands alone and keeps to the plainest means
            data = file.read()
        key = given.key
        if "+" not in key:
            with open(key, encoding="utf-8") as file:  # noqa: PTH123
                key = file.read()
    except OSError as error:
        sys.stderr.write(f"[evidence.file] {error}\n")
        return 2
    try:
        for line in check(_json(data), key, given.witness):
            sys.stdout.write(f"holds 成立: {line}\n")
    except RefusedError as refusal:
        sys.stderr.write(f"refused 不成立: {refusal} → {NEXT.get(refusal.code, _WHOLE)}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
