"""Alerts 预警: a stream of counts left what its history explains. An alert's life is events in ``petition.alerts.v1``.

`picture` what an alert shows: counts, expectation, evidence, the offices' own arrears · `life` the seven things that
can happen to an alert, each a CloudEvent with the alert's id as ``subject``, keyed by county.

An alert is about a stream (county, category, kind of finding, or their sums), never about a person: it rests on at
least five matters and has no place for a petitioner. Ids are functions of content: raising it twice raises it once.
"""

from __future__ import annotations

from events.alerts.life import (
    ALERT,
    DETECTOR,
    DUTY,
    KINDS,
    NOTIFIER,
    AlertAcknowledged,
    AlertBase,
    AlertDelivered,
    AlertNotDelivered,
    AlertOpened,
    AlertResolved,
    AlertSilenced,
    AlertUpdated,
    AnyAlert,
    said,
    type_of_alert,
)
from events.alerts.picture import (
    Driver,
    Grain,
    LookAt,
    OfficeArrears,
    Picture,
    Promise,
    Step,
    Stream,
    Watched,
    alert_id,
)
from events.vocabulary import Urgency

__all__ = [
    "ALERT", "DETECTOR", "DUTY", "KINDS", "NOTIFIER", "AlertAcknowledged", "AlertBase", "AlertDelivered", "AlertNotDelivered",
    "AlertOpened", "AlertResolved", "AlertSilenced", "AlertUpdated", "AnyAlert", "Driver", "Grain", "LookAt", "OfficeArrears",
    "Picture", "Promise", "Step", "Stream", "Urgency", "Watched", "alert_id", "said", "type_of_alert",
]
