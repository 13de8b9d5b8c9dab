"""API keys of the sources that hand in requests: shown once, kept as a hash.

A key is 32 random bytes, so that one round of SHA-256 is enough: there is nothing to guess from, and a key is checked
on each request.
"""

import hashlib
import re
import secrets
from datetime import datetime

from console.intake_fields import channel_of
from data.record import PHONE
from data.web_intake import IntakeKeyError, IntakeKeys, Source

_NAME = re.compile(r"[\w.-]{1,40}")
_LONGEST_KEY = 200  # characters; what is longer is no key of ours
_LONGEST_CHANNEL = 40


def issue(keys: IntakeKeys, name: str, channel: str, now: datetime) -> str:
    """Make a key for a source; the key itself is returned and nowhere kept.

    Raises:
        IntakeKeyError: the name cannot be used or has a key, or the channel is none of the network platform.
    """
    channel = channel or name
    if not _NAME.fullmatch(name):
        raise IntakeKeyError(f"来源名称“{name[:40]}”不行：用 1 到 40 个汉字、字母、数字、点、横线")
    if len(channel) > _LONGEST_CHANNEL or not channel.isprintable():
        raise IntakeKeyError(f"渠道名称最多 {_LONGEST_CHANNEL} 字，不带换行：请改短")
    if channel_of(channel) == PHONE:
        raise IntakeKeyError(f"渠道“{channel}”会记为{PHONE}：网络诉求请用 --channel 写明网络渠道，如 微信公众号")
    key = f"hk_{secrets.token_urlsafe(32)}"
    keys.add(name, channel, _digest(key), now)
    return key


def source_of(keys: IntakeKeys, key: str) -> Source | None:
    """Whose key this is; nobody's when it is wrong or disabled."""
    return keys.of_digest(_digest(key)) if 0 < len(key) <= _LONGEST_KEY else None


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()
