"""What can be asked that may end in a trade: plans, and the execution of one that was shown."""

from __future__ import annotations

from kit import Argument, Command, Effect, Flag, Option, ValueType

_SKILL = "kit_portfolio_tracker"

TRADING_COMMANDS = (
    Command(
        "portfolio rebalance",
        "The portfolio beside its target weights, and a plan of the orders that would bring it there",
        run=f"{_SKILL}.views.rebalance:show",
        params=(
            Flag("dry-run", "Keep no plan: only show it"),
            Option("threshold", ValueType.RATIO, "An asset trades when its share is off its weight by this or more"),
            Option("to", help="Other weights than those of the settings: “50% BTC, 30% ETH, 20% USDT”"),
            Option("account", ValueType.ACCOUNT, "Only this account"),
            Flag("all", "What is held and not in the target has a weight of 0, too"),
            Flag("resume", "Go on with a plan whose execution was interrupted"),
        ),
        phrases=(
            "rebalance my portfolio",
            "rebalance",
            "rebalance to {to:weights}",
            "rebalance my portfolio to {to:weights}",
            "rebalance my portfolio on {account}",
            "show [me] a rebalancing plan -> dry-run",
            "rebalanciere [mein Portfolio]",
            "rebalanciere [mein Portfolio] auf {to:weights}",
            "schichte mein Portfolio um",
            "schichte mein Portfolio um auf {to:weights}",
            "stelle [mein Portfolio] um auf {to:weights}",
            "zeig [mir] einen Rebalancing-Plan -> dry-run",
            "rebalance portfolio",
            "rebalance auf {to:weights}",
        ),
        effect=Effect.TRADE,
        table=True,
        details=(
            "Nothing is traded by asking: the plan is kept for a quarter of an hour, and executed once, when you say "
            "so. It trades within each account; what would have to be moved between accounts is listed."
        ),
        examples=(
            "kit portfolio rebalance",
            "kit portfolio rebalance --dry-run",
            "kit portfolio rebalance --threshold 5%",
            'kit portfolio rebalance --to "50% BTC, 30% ETH, 20% USDT"',
        ),
    ),
    Command(
        "portfolio execute",
        "Give the orders of a plan that was shown",
        run=f"{_SKILL}.views.execution:execute",
        params=(Argument("plan", help="The plan's id"),),
        effect=Effect.TRADE,
        table=True,
        preview="portfolio plans",
        details=(
            "Prices are looked at once more: where one has moved by more than maxSlippage, nothing is ordered and a "
            "new plan is shown. Sells come before buys. Every order is written down before it is given."
        ),
    ),
    Command(
        "portfolio plans",
        "The plans there were and what came of them, or one plan whole",
        run=f"{_SKILL}.views.rebalance:plans",
        params=(Argument("plan", help="Only this plan, by its id", required=False),),
        phrases=(
            "[show] my [rebalancing] plans",
            "what did the last rebalancing do",
            "[zeig] meine (Pläne|Rebalancing-Pläne)",
            "was hat das letzte Rebalancing gemacht",
        ),
        table=True,
        examples=("kit portfolio plans",),
    ),
)
