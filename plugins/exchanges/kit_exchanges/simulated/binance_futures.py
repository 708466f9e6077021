from .binance_route import Route

ROUTES: dict[str, Route] = {}
