"""`kit alerts check`: a look by hand, for those who let cron do what `kit start` would."""

from __future__ import annotations

from kit import Invocation, Notice, Reply, Services, Text

from ..watching import look_once


def check(services: Services) -> Reply:
    """Exit code 3 where something could not be measured."""
    looked = look_once(services)
    if looked is None:
        return Reply({"looked": False}, (Text("“kit start” is running; it looks by itself."),))
    if looked.fired:
        services.invoke(Invocation("notifications send"))
    fired = f"alerts {', '.join(map(str, looked.fired))} fired" if looked.fired else "none fired"
    text = f"{looked.rules} active {'alert' if looked.rules == 1 else 'alerts'}, {fired}."
    notices = [Notice(each.what, each.severity, each.next_step) for each in looked.doubts]
    return Reply(looked, (Text(text), *notices), exit_code=3 if looked.doubts else 0)
