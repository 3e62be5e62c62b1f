"""Telling people of alerts 预警送达: the notifier, one of the supervised programs, in the live world only.

The log is all the state there is: what was delivered, failed, acknowledged and silenced are events in ``petition.alerts.v1``,
written there before anything follows from them. A notifier that starts anew reads them and goes on.

    desk      the alerts as the log tells them, and what became of each notification (pure)
    plan      what is to be told now, to which channel, together with what (pure)
    words     a notification as people read it: the offices' arrears first
    channels  Alertmanager, webhook, and whatever `apprise` reaches
    notifier  the loop: read, plan, send, write down what became of it
    standing  how it stands, for `sanfang status` and Prometheus
"""
