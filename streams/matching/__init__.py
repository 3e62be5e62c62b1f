"""Same matter 同一信访事项: how near two submissions are, explained so that a clerk can recompute it.

A first honest matcher: the cosine of the two sketches in thousandths, two thresholds, three zones (same, ask a clerk,
different). Integers throughout, so every replay on every machine scores alike. `streams.persons` says who is the same.
"""

from streams.matching.cosine import MODEL, Match, compare, score

__all__ = ["MODEL", "Match", "compare", "score"]
