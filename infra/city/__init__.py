"""A city to try it on 模拟城市: a seeded, deterministic prefecture-level city, its petitions and the truth about them.

Nothing here is real: people, offices' habits and texts are invented, only the county codes and the calendar are not.

`geography` the counties, their townships and villages · `offices` who is there and with which habits · `people` who
petitions · `texts` what they write (templates as data) · `rhythm` on which days, with spikes and a trend · `matters` what
becomes of one problem: first submission, repeats, copies, neighbours · `entry` where and by which channel · `lives` what
offices do with one submission · `plan` the records of all that · `arrival` when the log learns of it, late or twice ·
`envelope` the door form · `clocks`, `visits`, `truth` what is true of it, by the rulings, without a look at `streams`.
`simulation` puts it together; `carry` brings it into a file or a log. docs/simulator.md says what the city leaves out.
"""
