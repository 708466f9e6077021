"""What can be asked about alerts."""

from __future__ import annotations

from dataclasses import replace

from kit import Argument, Command, Effect, Flag, Option, ValueType

from .phrases import saying
from .saying_options import CONDITIONS, SHAPE

_SKILL = "kit_alerts"
_NUMBERS = Argument("numbers", ValueType.INTEGER, "The alerts, by their numbers in “kit alerts”", many=True)
_NUMBER = Argument("number", ValueType.INTEGER, "The alert, by its number in “kit alerts”")

_MANAGING = (
    Command(
        "alerts remove",
        "Remove alerts",
        run=f"{_SKILL}.views.managing:remove",
        params=(
            replace(_NUMBERS, required=False),
            Flag("all", "All of them"),
            Option("asset", ValueType.ASSET, "Those about this asset"),
        ),
        phrases=(
            "remove alert [number] {numbers}",
            "remove all [my] alerts -> all",
            "remove my {asset} alerts",
            "lösche Alarm {numbers}",
            "lösche alle [meine] Alarme -> all",
            "lösche meine {asset} Alarme",
        ),
        effect=Effect.WRITE,
        examples=("kit alerts remove --asset BTC",),
    ),
    Command(
        "alerts pause",
        "Set alerts aside until they are resumed",
        run=f"{_SKILL}.views.managing:pause",
        params=(_NUMBERS,),
        phrases=(
            "(pause|stop|disable|turn off) alert [number] {numbers}",
            "(pausiere|deaktiviere) Alarm {numbers}",
            "schalte Alarm {numbers} (aus|ab)",
        ),
        effect=Effect.WRITE,
    ),
    Command(
        "alerts resume",
        "Watch again: a paused alert, or one that has fired. What holds now is no crossing",
        run=f"{_SKILL}.views.managing:resume",
        params=(_NUMBERS,),
        phrases=(
            "(resume|unpause|enable|turn on) alert [number] {numbers}",
            "setze Alarm {numbers} fort",
            "aktiviere Alarm {numbers}",
            "schalte Alarm {numbers} (ein|an)",
        ),
        effect=Effect.WRITE,
    ),
    Command(
        "alerts snooze",
        "Be quiet for a while; what still holds then is told then",
        run=f"{_SKILL}.views.managing:snooze",
        params=(_NUMBERS, Option("for", ValueType.DURATION, "For how long (1h if not said)")),
        phrases=(
            "(snooze|mute) alert {numbers} [for {for}]",
            "(stelle|schalte) Alarm {numbers} [für {for}] stumm",
        ),
        effect=Effect.WRITE,
    ),
    Command(
        "alerts edit",
        "Change an alert: other conditions, other options; what is not said stays",
        run=f"{_SKILL}.views.managing:edit",
        params=(
            _NUMBER,
            Argument("words", help="Other conditions: total above 25k", required=False, many=True),
            *CONDITIONS,
            *SHAPE,
            Flag("once", "Fire only once, no more --repeat"),
        ),
        effect=Effect.WRITE,
        details='What is said as nothing is taken off: --hours "", --expires "", --for 0m.',
        examples=("kit alerts edit 1 total above 25k", 'kit alerts edit 1 --hours ""'),
    ),
    Command(
        "alerts test",
        "Tell an alert as if it fired now, with what it measures now",
        run=f"{_SKILL}.views.managing:test",
        params=(_NUMBER,),
        phrases=(
            "test alert {number}",
            "teste Alarm {number}",
        ),
        effect=Effect.WRITE,
    ),
    Command(
        "alerts check",
        "Look at all rules now and tell what fires, where no “kit start” does so",
        run=f"{_SKILL}.views.checking:check",
        effect=Effect.WRITE,
        phrases=(
            "check my alerts",
            "prüfe meine (Alarme|Alerts)",
        ),
    ),
    Command(
        "alerts stats",
        "How often each alert fired, and when",
        run=f"{_SKILL}.views.stats:show",
        table=True,
        phrases=(
            "alert statistics",
            "how often did my alerts fire",
            "wie oft haben meine Alarme ausgelöst",
        ),
    ),
    Command(
        "alerts suggest",
        "Alerts that may be worth having, from what you hold now",
        run=f"{_SKILL}.views.suggesting:show",
        table=True,
        phrases=(
            "suggest alerts",
            "which alerts should I have",
            "schlage Alarme vor",
            "welche Alarme sollte ich haben",
        ),
    ),
)

COMMANDS = (
    Command(
        "alert",
        "Be told when something crosses a value: your portfolio, or any pair",
        run=f"{_SKILL}.views.making:make",
        params=(
            Argument("subject", help="portfolio, or a pair like BTC/USDT"),
            Argument("words", help="When: total above 20k, share of BTC above 70%", required=False, many=True),
            *CONDITIONS,
            *SHAPE,
        ),
        phrases=tuple(saying()),
        effect=Effect.WRITE,
        details=(
            "An alert fires when the value crosses, not as long as it is beyond. Several conditions, joined by “and”, "
            "must all hold. Without --repeat it fires once. What can be measured stands in docs/alerts.md."
        ),
        examples=(
            "kit alert portfolio --total-above 20000",
            "kit alert portfolio total above 20000",
            "kit alert portfolio --asset BTC --share-above 70%",
            "kit alert BTC/USDT price below 50k --repeat --cooldown 1h",
            "kit alert BTC/USDT change -5% --period 1h",
        ),
    ),
    Command(
        "alerts",
        "Your alerts and how each stands",
        run=f"{_SKILL}.views.listing:show",
        params=(Flag("active", "Only those that may fire"), Flag("triggered", "Only those that have fired")),
        phrases=(
            "show my alerts",
            "[my] alerts",
            "(which|what) alerts do I have [set up]",
            "which alerts are active -> active",
            "[show] [my] active alerts -> active",
            "which alerts (fired|have fired) -> triggered",
            "[zeig] (meine|alle [meine]) (Alarme|Alerts)",
            "welche (Alarme|Alerts) habe ich",
            "welche (Alarme|Alerts) sind (aktiv|an) -> active",
            "[zeig] [meine] (aktiven|aktive) (Alarme|Alerts) -> active",
            "welche (Alarme|Alerts) haben ausgelöst -> triggered",
        ),
        table=True,
        examples=("kit alerts", "kit alerts --active", "kit alerts --triggered"),
    ),
    *_MANAGING,
    *(
        replace(each, name=each.name.replace("alerts", "alert", 1), phrases=(), examples=(), hidden=True)
        for each in _MANAGING
    ),
)
"""`kit alert remove 3` is what many type: each of these is known by both names."""
