"""The benchmarks 性能测试: ``python -m tests.bench [NAME...]``, which ``make bench`` calls.

`worker` our worker beside an ordinary Faust agent, same broker, same events · `latency` from emit to readable and to
queryable · `alerts` from an alert to its notification leaving · `fold` the judgement alone,
on one core · `soak` its memory while matters come by the hundred thousand, and how long its state takes to be back · `emitter`,
`door`, `replay` the ways in and the way again.

`petitions` makes the events · `ground` a broker of its own, worlds, processes and their memory · `figures` what is printed ·
`ordinary`, `plain` the baselines, each in a process of its own. No figure is asserted anywhere; each is printed with its
unit and its baseline, and docs/performance.md says how to read them.
"""
