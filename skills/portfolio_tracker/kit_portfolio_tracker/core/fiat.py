"""Which assets are state money, and which precious metals: ISO 4217, but for the codes that are coins.

Coins took the codes of some states' money as their tickers. Where exchanges trade the coin, and neither they nor any
source of rates here knows the money, the code is the coin's: `COINS`. Of the Romanian leu both is known, so RON stays
money, and Ronin is RONIN, as on Binance; where a venue calls it RON, `symbol_names` tells.
"""

from __future__ import annotations

_CODES = """
    AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF
    CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG
    HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA
    MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD
    RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX
    USD UYU UZS VED VES VND VUV WST XAF XCD XOF XPF YER ZAR ZMW ZWG
"""
COINS = {
    "ERN": "Ethernity Chain; the Eritrean nakfa",
    "MNT": "Mantle; the Mongolian tögrög",
    "SCR": "Scroll; the Seychellois rupee",
    "SOS": "OpenDAO; the Somali shilling",
    "TOP": "TOP Network; the Tongan paʻanga",
}
"""Coins, with the money whose code they have."""
FIAT = frozenset(_CODES.split()) - COINS.keys()
METALS = frozenset({"XAU", "XAG", "XPT", "XPD"})
"""Their unit is the troy ounce."""
MONEY = FIAT | METALS
