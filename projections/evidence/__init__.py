"""Evidence 证据: that the log is the one that was signed.

`leaves` says what bytes of a record are hashed, `merkle` is the tree of RFC 9162 and its proofs, `tree` keeps one partition's
tree on disk, `mirror` reads the records that it is grown from, and `comparing` says where a copy of the log departs from the
tree. The specification is docs/evidence.md; who signs is infra's business.
"""
