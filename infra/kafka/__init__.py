"""Kafka: the local broker from its own jars (`jars`, `broker`), the topics (`topics`), and how clients connect
(`clients`).

Production names its own cluster in the settings; then only `topics` and `clients` are used.
"""
