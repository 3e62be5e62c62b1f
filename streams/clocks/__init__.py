"""The clocks 期限: one page a rule. Each page says when its clock starts, who answers for it, how long it runs, what ends it.

`r22` route · `r22f` report back · `r23` tell · `r23o` object · `r34` handle · `review` ask for review and decide it · `r40`
answer advice; `pages` asks them. A clock is a function of the facts of its submission (and of where its matter already is,
`presence`); whether it has passed is a function of the ticks that came after the fact that started it.
"""

from __future__ import annotations

from streams.clocks.limit import Limit
from streams.clocks.pages import Asked, again, clocks, flat

__all__ = ["Asked", "Limit", "again", "clocks", "flat"]
