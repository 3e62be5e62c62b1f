"""The tree against the vectors of RFC 6962's reference implementation, and against itself."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infra.audit.verify_evidence import heads_agree, root_from_inclusion
from projections.evidence import merkle
from projections.evidence.tree import Tree

LEAVES = [bytes.fromhex(each) for each in (
    "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")]
ROOTS = """6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d
fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125
aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77
d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7
4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4
76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef
ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c
5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328""".splitlines()
"""From the reference implementation's merkletree tests (certificate-transparency)."""


def test_the_heads_are_those_of_the_reference(tmp_path: Path) -> None:
    """Every size from none to eight has the published head, grown leaf by leaf."""
    with Tree(tmp_path) as tree:
        assert tree.root().hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        for place, leaf in enumerate(LEAVES):
            tree.append([(place, merkle.leaf_hash(leaf))])
            assert tree.root().hex() == ROOTS[place]


def test_every_proof_holds_and_no_other(tmp_path: Path) -> None:
    """All inclusion and consistency proofs of 33 leaves hold; with another index, size or head they do not."""
    hashes = [merkle.leaf_hash(bytes([number])) for number in range(33)]
    with Tree(tmp_path) as tree:
        tree.append(enumerate(hashes))
        for size in range(1, 34):
            head = tree.root(size)
            for index in range(size):
                path = tree.inclusion(index, size)
                assert root_from_inclusion(hashes[index], index, size, path) == head
                assert root_from_inclusion(hashes[index], (index + 1) % size, size, path) != head or size == 1
                assert root_from_inclusion(merkle.leaf_hash(b"other"), index, size, path) != head
            for old in range(1, size + 1):
                path = tree.consistency(old, size)
                assert heads_agree(old, size, path, tree.root(old), head)
                assert not heads_agree(old, size, path, merkle.leaf_hash(b"other"), head)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(1, 9), max_size=6))
def test_batches_do_not_matter(tmp_path_factory: pytest.TempPathFactory, sizes: list[int]) -> None:
    """A tree grown in any batches, opened anew between them and without its upper files, has the head of one grown at once."""
    hashes = [merkle.leaf_hash(bytes([number])) for number in range(sum(sizes))]
    folder, at = tmp_path_factory.mktemp("tree"), 0
    for size in sizes:
        with Tree(folder) as tree:
            tree.append((3 * place, hashes[place]) for place in range(at, at + size))
        for upper in folder.glob("level-0[1-9]"):
            upper.unlink()
        at += size
    with Tree(folder) as tree, Tree(tmp_path_factory.mktemp("whole")) as whole:
        whole.append(enumerate(hashes))
        assert tree.root() == whole.root()
        assert [tree.index(3 * place) for place in range(at)] == list(range(at))
        assert tree.index(1) is None


INCLUDED = {
    (0, 1): "", (2, 3): "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    (0, 8): """96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7
               5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e
               6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4""",
    (5, 8): """bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b
               ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0
               d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7""",
    (1, 5): """6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d
               5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e
               bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b""",
}
"""Leaf and size to the path; these and the next from the same tests of the reference implementation (there leaves count from one)."""
CONTINUED = {
    (1, 1): "",
    (1, 8): """96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7
               5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e
               6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4""",
    (6, 8): """0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a
               ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0
               d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7""",
    (2, 5): """5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e
               bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b""",
}


def test_the_proofs_are_those_of_the_reference(tmp_path: Path) -> None:
    """Published audit paths and consistency proofs, byte for byte; and the stand-alone verifier accepts each."""
    with Tree(tmp_path) as tree:
        tree.append(enumerate(map(merkle.leaf_hash, LEAVES)))
        for (index, size), said in INCLUDED.items():
            path = [bytes.fromhex(each) for each in said.split()]
            assert tree.inclusion(index, size) == path
            assert root_from_inclusion(merkle.leaf_hash(LEAVES[index]), index, size, path) == bytes.fromhex(ROOTS[size - 1])
        for (old, size), said in CONTINUED.items():
            path = [bytes.fromhex(each) for each in said.split()]
            assert tree.consistency(old, size) == path
            assert heads_agree(old, size, path, bytes.fromhex(ROOTS[old - 1]), bytes.fromhex(ROOTS[size - 1]))


def test_a_tree_is_read_while_it_grows(tmp_path: Path) -> None:
    """Who reads writes nothing and sees what was there: the head and proofs of a size stay as they were, however far the tree has grown."""
    hashes = [merkle.leaf_hash(bytes([number])) for number in range(40)]
    with Tree(tmp_path) as growing:
        growing.append(enumerate(hashes[:9]))
        head, path = growing.root(9), growing.inclusion(4, 9)
        with Tree(tmp_path, reading=True) as read:
            growing.append(enumerate(hashes[9:], start=9))
            with Tree(tmp_path, reading=True) as later:
                assert (read.size, later.size) == (9, 40)
                assert later.consistency(9, 40) == growing.consistency(9, 40)
                assert later.fault(40) is None
            assert (read.root(9), read.inclusion(4, 9)) == (head, path)
        assert growing.root(40) == growing.root()
    with Tree(tmp_path) as again:
        assert again.size == 40
        assert again.fault(40) is None
