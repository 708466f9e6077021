"""What is told together on one channel: critical ones at once and alone, a storm or a quiet night as one message."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import tzinfo
from hashlib import sha256

from ..channels import Priority
from ..outbox import Delivery, QuietHours, digest
from ..replies import Reply

# More than these at once are one message: a storm of alerts is no storm of messages.
_STORM = 5
_DIGEST = 50


def batches(waiting: Sequence[Delivery], quiet: QuietHours | None, zone: tzinfo) -> list[list[Delivery]]:
    """In the order in which they are told. What came while it was quiet comes together, if it is more than one."""
    urgent = [[each] for each in waiting if each.priority is Priority.CRITICAL]
    others = [each for each in waiting if each.priority is not Priority.CRITICAL]
    held = [each for each in others if quiet is not None and quiet.holds(each.created.astimezone(zone))]
    if len(others) > _STORM or len(held) > 1:
        return [*urgent, *(others[start : start + _DIGEST] for start in range(0, len(others), _DIGEST))]
    return [*urgent, *alone(others)]


def alone(waiting: Sequence[Delivery]) -> list[list[Delivery]]:
    """Each for itself."""
    return [[each] for each in waiting]


def reply_of(batch: Sequence[Delivery]) -> Reply:
    """What is told of a batch. Its key is that of all that is in it: another batch is another key."""
    reply = batch[0].reply if len(batch) == 1 else digest(batch)
    key = batch[0].key
    if len(batch) > 1:
        key = f"digest:{sha256(repr([each.key for each in batch]).encode()).hexdigest()[:16]}"
    priority = min((each.priority for each in batch), key=list(Priority).index)
    told = {"key": key, "priority": priority.value, "created": batch[0].created}
    return replace(reply, meta={**reply.meta, **told})
