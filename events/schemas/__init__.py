"""The language written down for others: JSON Schemas, an AsyncAPI document, the reference in ``docs/events.md``.

All of it is generated from the models (``python -m events.schemas``, `make docs`) and committed; a test says when it is not
what the models say any more. `shapes` the schemas · `comments` what stands beside a field in the source · `asyncapi` topics,
keys and messages · `reference` the tables and examples for people.

    generated/door/<type>.json       what an upstream system hands over
    generated/log/<type>.json        what the log keeps
    generated/findings/<kind>.json   what the fold concludes
    generated/matters/matter.v1.json the published state of a matter
    generated/alerts/<kind>.json     the life of an alert
    generated/asyncapi.yaml          AsyncAPI 3: channels, keys, messages
"""

from __future__ import annotations

from events.schemas.shapes import alert_schemas, door_schemas, finding_schemas, log_schemas, matter_schemas

__all__ = ["alert_schemas", "door_schemas", "finding_schemas", "log_schemas", "matter_schemas"]
