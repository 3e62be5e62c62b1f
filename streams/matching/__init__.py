"""Same matter 同一信访事项: how near two submissions are, explained so that a clerk can recompute it.

`fields` what two sketches have in common · `additive` the trained model over those fields · `cosine` the plain score for
sketches of version 1, which have fewer fields · `clusters` matters from many scores. Two thresholds, three zones (same, ask a
clerk, different). Integers throughout, so every replay on every machine scores alike. `streams.persons` says who is the same.
"""

from streams.matching.comparing import Match, across, compare, score

__all__ = ["Match", "across", "compare", "score"]
