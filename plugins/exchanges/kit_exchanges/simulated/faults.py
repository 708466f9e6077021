"""What can go wrong at a venue, on demand: `server.fail("/api/v3/account", Fault.HTML_200, times=1)`."""

from __future__ import annotations

from enum import Enum


class Fault(Enum):
    """A member's value says what happens. Those whose name begins with WS happen to sockets, the others to answers."""

    HTTP_400 = "status 400 with a page instead of the venue's words"
    HTTP_401 = "status 401 with a page instead of the venue's words"
    HTTP_403 = "status 403 of a firewall before the venue"
    HTTP_404 = "status 404, as where a proxy leads elsewhere"
    HTTP_418 = "status 418: the address is banned"
    HTTP_429 = "status 429: asked too often"
    HTTP_451 = "status 451: not served in this country"
    HTTP_500 = "status 500: the venue failed"
    HTTP_502 = "status 502 of a gateway before the venue"
    HTTP_503 = "status 503: not available"
    HTTP_504 = "status 504: the gateway waited in vain"
    EMPTY_BODY = "status 200 and nothing"
    EMPTY_OBJECT = "status 200 and {}"
    EMPTY_LIST = "status 200 and []"
    NULL = "status 200 and null"
    HTML_200 = "a page about maintenance with status 200"
    HTML_503 = "a page about maintenance with status 503"
    TRUNCATED_JSON = "the answer ends in its middle, with a length that fits"
    WRONG_CONTENT_TYPE = "the right answer, said to be HTML"
    GZIP_GARBAGE = "bytes said to be gzip that are none"
    MISSING_FIELD = "what the answer is about (balances, amounts, the result) is absent"
    WRONG_TYPES = "a text where a list or an object belongs"
    NUMBERS_FOR_TEXTS = "JSON numbers where the venue writes texts"
    NULL_AMOUNTS = "null where amounts belong"
    NAN_AMOUNTS = "NaN where amounts belong"
    NEGATIVE_AMOUNTS = "every amount negative"
    PARTIAL_PAGE = "half of a page of records, as if that were all"
    REPEATED_PAGE = "the page before once more"
    ENDLESS_PAGE = "the same first page for ever, always saying that there is more"
    DUPLICATES = "every record twice"
    OUT_OF_ORDER = "records in the opposite order"
    FUTURE_RECORDS = "records of next year"
    UNKNOWN_ASSET = "a balance in an asset that nobody has heard of"
    UNICODE_ASSET = "a balance in an asset whose name is not ASCII"
    CONNECTION_REFUSED = "nobody listens; lasts until recover()"
    RESET_BEFORE_ANSWER = "the connection is reset instead of an answer"
    RESET_IN_BODY = "the connection is reset in the middle of the answer"
    HANG = "no answer ever"
    DONE_UNANSWERED = "what was asked is done, and no answer ever comes"
    SLOW_DRIP = "the answer comes a byte a second"
    HUGE_BODY = "twenty megabytes of something else"
    REDIRECT = "sent on to a page for people"
    TLS_EXPECTED = "an encrypted refusal where plain HTTP is spoken"
    CLOCK_SKEW = "the venue finds that this machine's clock is wrong"
    BAD_KEY = "the venue does not know the key"
    BAD_SIGNATURE = "the venue finds the signature wrong"
    KEY_REVOKED = "the key was good and is no more"
    PERMISSION_DENIED = "the key may not do this"
    IP_BAN = "the address is banned for some minutes, in the venue's words"
    INVALID_NONCE = "the venue has seen a later question of this key"
    RATE_LIMIT = "asked too often, in the venue's words"
    RATE_LIMIT_WAIT = "asked too often, and how long to wait"
    MAINTENANCE = "the venue is closed, in its own words"
    BUSY = "the venue is overloaded, in its own words"
    UNKNOWN_ERROR = "an error of the venue that is in no list"
    WS_SILENT = "the socket stays open and says nothing more, not even to a ping"
    WS_DISCONNECT = "the socket is closed without a word"
    WS_GARBAGE = "a frame that is not JSON"
    WS_LOST_SUBSCRIPTION = "the socket answers, but forgot what it was asked to tell"
    WS_BURST = "ten thousand messages at once"

    @property
    def description(self) -> str:
        return self.value

    @property
    def of_socket(self) -> bool:
        return self.name.startswith("WS_")
