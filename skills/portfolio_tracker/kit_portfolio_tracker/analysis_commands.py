"""What can be asked of how the portfolio is made up, how it did and how it swings."""

from __future__ import annotations

from kit import Command, Flag, Option, ValueType

_VIEWS = "kit_portfolio_tracker.views"
_OFFLINE = Flag("offline", "Ask no exchange; answer from what is known")

ANALYSIS_COMMANDS = (
    Command(
        "portfolio sectors",
        "How the portfolio is spread over sectors: Layer 1, DeFi, stablecoins, gaming, cash",
        run=f"{_VIEWS}.sectors:show",
        params=(Option("exchange", ValueType.ACCOUNT, "Only this account"), _OFFLINE),
        phrases=(
            "sector (distribution|allocation)",
            "[show] my sectors",
            "show my sector (distribution|allocation)",
            "(which|what) sectors am I in",
            "how is my portfolio spread over sectors",
            "sectors on {exchange}",
            "[zeig] [meine] Sektorverteilung",
            "[zeig] meine Sektoren",
            "in welchen Sektoren bin ich",
            "welche Sektoren habe ich",
            "wie (bin ich|ist mein Portfolio) (auf|nach) Sektoren (aufgeteilt|verteilt)",
            "Sektoren (auf|bei) {exchange}",
            "sectors",
            "Sektoren",
        ),
        table=True,
        details="Give an asset a sector of your own with `sectors` in config.json.",
        examples=("kit portfolio sectors", "kit portfolio sectors --exchange kraken"),
    ),
    Command(
        "portfolio risk",
        "How much hangs on one asset, account, venue, sector or issuer of stablecoins, beside your limits",
        run=f"{_VIEWS}.risk:show",
        params=(_OFFLINE,),
        phrases=(
            "how risky is my portfolio",
            "portfolio risk",
            "[show] my risk",
            "how (concentrated|diversified) (is my portfolio|am I)",
            "what is my (largest|biggest) position",
            "wie riskant ist mein Portfolio",
            "wie gut bin ich (gestreut|diversifiziert)",
            "bin ich gut (gestreut|diversifiziert)",
            "[zeig] mein Risiko",
            "was ist meine größte Position",
            "Risiko",
        ),
        table=True,
        details="Shares above a limit of `riskLimits` in config.json are problems.",
        examples=("kit portfolio risk",),
    ),
)
