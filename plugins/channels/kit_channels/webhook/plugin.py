"""What the webhook brings: one channel."""

from __future__ import annotations

from kit import Channel, ChannelContext, ChannelType, hookimpl


@hookimpl
def kit_channels() -> list[ChannelType]:
    return [
        ChannelType(
            "webhook",
            "Signed HTTP requests to an address of yours",
            settings=f"{__package__}.settings:WebhookSettings",
            open=_open,
            quiet=True,
        )
    ]


def _open(context: ChannelContext) -> Channel:
    from .channel import Webhook

    return Webhook(context.settings, context.services)
