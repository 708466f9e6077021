"""What can be asked of how the portfolio did."""

from __future__ import annotations

from kit import Command, Flag, Option, ValueType

_VIEWS = "kit_portfolio_tracker.views"
_OFFLINE = Flag("offline", "Ask no exchange; answer from what is known")
_PERIOD = Option("period", help="7d, 30d, 1y, mtd, qtd, ytd, all, “last week”, “in March”, 2024-03")
_FROM = Option("from", ValueType.DATE, "The first day")
_TO = Option("to", ValueType.DATE, "The last day; today if not said")
_TO_DAY = Option("to", ValueType.DATE, "The later day, at its end; now if not said")
_EXCHANGE = Option("exchange", ValueType.ACCOUNT, "Only this account")
_ASSET = Option("asset", ValueType.ASSET, "Only this asset")

PERFORMANCE_COMMANDS = (
    Command(
        "performance",
        "How the portfolio did over a period: returns, profit, what each asset brought",
        run=f"{_VIEWS}.performance:show",
        params=(
            _PERIOD,
            _FROM,
            _TO,
            _EXCHANGE,
            _ASSET,
            Option("by", help="A row for each of these", choices=("day", "week", "month", "year")),
            _OFFLINE,
        ),
        phrases=(
            "how is my performance",
            "performance",
            "show my performance",
            "performance {period}",
            "performance of the {period}",
            "performance for {period}",
            "my performance {period}",
            "show my performance {period}",
            "how was my performance {period}",
            "how is my performance {period}",
            "how did {asset} do",
            "how did my {asset} do",
            "how did my portfolio do {period}",
            "wie ist meine Performance",
            "wie läuft mein Portfolio",
            "Performance in den letzten {period}",
        ),
        details="Returns are time-weighted: a deposit is no profit, a withdrawal no loss.",
        table=True,
        chart=True,
        examples=(
            "kit performance",
            "kit performance --period 7d",
            "kit performance --period ytd --by month",
            "kit performance --asset BTC --from 2024-01-01 --to 2024-03-31",
        ),
    ),
    Command(
        "portfolio history",
        "What the portfolio was worth, day by day, and what was put into it",
        run=f"{_VIEWS}.history:show",
        params=(
            _FROM,
            _TO,
            _PERIOD,
            Option("interval", help="A row for each of these", choices=("day", "week", "month", "year")),
            _EXCHANGE,
            _ASSET,
            _OFFLINE,
        ),
        phrases=(
            "portfolio history",
            "show my portfolio history",
            "history of my portfolio",
            "how did my portfolio develop",
            "what was my all time high",
            "zeig meinen Portfolioverlauf",
        ),
        table=True,
        chart=True,
        examples=("kit portfolio history --from 2024-01-01", "kit portfolio history --period 1y --interval month"),
    ),
    Command(
        "portfolio compare",
        "The portfolio on a day beside another, or beside today: what prices, flows and income did",
        run=f"{_VIEWS}.compare:show",
        params=(
            Option("date", ValueType.DATE, "The day to compare, at its end", required=True),
            _TO_DAY,
            _EXCHANGE,
            _ASSET,
            _OFFLINE,
        ),
        phrases=("compare my portfolio with {date}", "compare my portfolio to {date}"),
        table=True,
        examples=("kit portfolio compare --date 2024-01-01", "kit portfolio compare --date 2024-01-01 --to 2024-02-01"),
    ),
    Command(
        "portfolio analytics",
        "Returns, volatility, Sharpe, drawdown, value at risk, and what the same money were worth in BTC, ETH or S&P",
        run=f"{_VIEWS}.analytics:show",
        params=(
            _PERIOD,
            _FROM,
            _TO,
            _EXCHANGE,
            Option("benchmark", help="What to compare with, by commas: BTC,ETH,S&P"),
            _OFFLINE,
        ),
        phrases=(
            "portfolio analytics",
            "analyze my portfolio",
            "show my analytics",
            "what is my sharpe ratio",
            "how volatile is my portfolio",
            "what is my max drawdown",
            "analysiere mein Portfolio",
        ),
        table=True,
        chart=True,
        details="Risk figures are over --period, a year if not said; each says so where days are too few.",
        examples=("kit portfolio analytics", "kit portfolio analytics --period ytd --benchmark BTC"),
    ),
    Command(
        "portfolio correlation",
        "Which of your assets move together",
        run=f"{_VIEWS}.correlation:show",
        params=(
            _PERIOD,
            _FROM,
            _TO,
            Option("assets", help="Which ones, by commas; your largest if not said"),
            _OFFLINE,
        ),
        phrases=("asset correlation", "correlation matrix", "show my correlations", "which of my assets move together"),
        examples=("kit portfolio correlation", "kit portfolio correlation --assets BTC,ETH,SOL --period 1y"),
    ),
    Command(
        "portfolio report",
        "The report of the day: total, change, best and worst, profit since midnight",
        run=f"{_VIEWS}.report:show",
        params=(_OFFLINE,),
        phrases=(
            "daily report",
            "portfolio report",
            "show my daily report",
            "Tagesbericht",
            "zeig meinen Tagesbericht",
        ),
        details="Sent every day where dailyReport.enabled is true.",
        examples=("kit portfolio report",),
    ),
)
