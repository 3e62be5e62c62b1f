"""Measuring and training the matcher on labelled messages 认定模型的评测与训练.

`labels` reads the files · `samples` makes of each message what the log would keep · `measures` counts right and wrong ·
`training` makes a model file. The model itself and how it scores is `streams.matching`.
"""
