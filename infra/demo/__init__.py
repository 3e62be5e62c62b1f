"""The main job, told to whoever typed ``make demo``: a simulated city through the real parts, and the answers explained.

`report` asks the tables what came of it and puts it into words; the command itself is `infra.cli.demo`.
"""
