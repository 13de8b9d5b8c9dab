"""Lines of a telephone system: what is taken, what is refused and how that is said."""

from datetime import UTC, datetime

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.call_events import (
    Answered,
    CallEvent,
    CallSourceError,
    Digits,
    Held,
    HungUp,
    Refused,
    Resumed,
    Ringing,
    check_number,
    decode_event,
)

AT = datetime(2026, 11, 24, 2, 32, tzinfo=UTC)
RING = b'{"type":"ringing","call_id":"c-71","at":"2026-11-24T10:32:00+08:00"}'


@pytest.mark.parametrize(
    "event",
    [
        Ringing(call_id="c-71", at=AT, caller="13800000000", line="12345", queued_at=AT),
        Answered(call_id="c-71", at=AT, agent="8041"),
        Held(call_id="c-71", at=AT),
        Resumed(call_id="c-71", at=AT),
        HungUp(call_id="c-71", at=AT, by="claimant"),
        Digits(call_id="c-71", at=AT, digits="1"),
        Refused(call_id="c-71", at=AT, command="answer", reason="已被他人接听"),
    ],
)
def test_every_event_is_read_back_as_written(event: CallEvent) -> None:
    """You should see each kind of event come through a line of JSON unchanged."""
    assert decode_event(msgspec.json.encode(event), 1) == event


def test_unknown_fields_and_missing_optional_ones_are_fine() -> None:
    """You should see an event of a talkative or of a terse telephone system."""
    event = decode_event(RING[:-1] + b',"skill":"general"}', 1)
    assert event == Ringing(call_id="c-71", at=AT)


def ring(**changes: object) -> bytes:
    """A ringing line with some fields changed."""
    fields = {"type": "ringing", "call_id": "c-71", "at": "2026-11-24T10:32:00+08:00", "caller": "13800000000"}
    return msgspec.json.encode({**fields, **changes})


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (ring(type="exploded"), "type 不正确；应为 ringing"),
        (ring(type=7), "type 不正确"),
        (b'{"call_id":"c-71"}', "缺少 type"),
        (b"{}", "缺少 type"),
        (b"[]", "名称: 值"),
        (b"42", "名称: 值"),
        (b"null", "名称: 值"),
        (b"", "不是完整的 JSON"),
        (RING[:-5], "不是完整的 JSON"),
        (RING + RING, "不是完整的 JSON"),
        (b'{"type":"ringing","call_id":"\\ud800","at":"2026-11-24T10:32:00+08:00"}', "不是完整的 JSON"),
        (b"[" * 60_000, "名称: 值|嵌套过深"),
        (b'{"a":' * 10_000, "嵌套过深"),
        ('{"type":"ringing","caller":"王"}'.encode("gb18030"), "不是 UTF-8"),
        (b'{"type":"ringing","call_id":"c-71"}', "缺少 at；应为带时区"),
        (ring(at="2026-11-24T10:32:00"), "at 不正确；应为带时区"),
        (ring(at="yesterday"), "at 不正确"),
        (ring(at=1764037920), "at 不正确"),
        (ring(at="2026-02-30T10:32:00+08:00"), "at 不正确"),
        (ring(at="0001-01-01T00:00:00+08:00"), "at 不正确；应为 2000 年"),
        (ring(at="9999-12-31T23:59:59-08:00"), "at 不正确；应为 2000 年"),
        (ring(queued_at="2026-11-24T10:32:00"), "queued_at 不正确"),
        (ring(call_id="x" * 65), "call_id 过长（65 字）"),
        (ring(call_id=""), "call_id 为空"),
        (ring(call_id="c 71"), "call_id 含有空格"),
        (ring(call_id=71), "call_id 不正确；应为文字"),
        (ring(caller="138\x1b[2J"), "caller 含有控制字符"),
        (ring(caller="138\u202e0000"), "caller 含有控制字符"),
        (ring(caller="1" * 65), "caller 过长"),
        (ring(line="\n"), "line 含有控制字符"),
        (ring(type="answered", agent="\x00"), "agent 含有控制字符"),
        (ring(type="hung_up"), "缺少 by；应为 claimant"),
        (ring(type="hung_up", by="cat"), "by 不正确"),
        (ring(type="digits", digits=""), "digits 不是"),
        (ring(type="digits", digits="１"), "digits 不是"),
        (ring(type="digits", digits="1\n"), "digits 不是"),
        (ring(type="refused", command="answer", reason="x" * 201), "reason 过长"),
    ],
    ids=lambda value: value if isinstance(value, str) else "line",
)
def test_unusable_line_is_refused_with_its_number_and_the_reason(line: bytes, reason: str) -> None:
    """You should see one Chinese sentence naming the line, the field and what belongs there."""
    with pytest.raises(CallSourceError, match=reason) as caught:
        decode_event(line, 17)
    assert str(caught.value).startswith("电话事件第 17 行未采用：")
    assert len(str(caught.value)) < 200


@given(st.binary(max_size=300))
def test_noise_never_does_more_than_be_refused(noise: bytes) -> None:
    """You should see no error but ours, whatever bytes arrive."""
    with pytest.raises(CallSourceError):
        decode_event(noise, 1)


@given(st.from_type(dict[str, bool | float | str | None]), st.sampled_from(["ringing", "hung_up", "digits"]))
def test_odd_values_never_do_more_than_be_refused(fields: dict[str, object], kind: str) -> None:
    """You should see an event or our error for any object that claims to be an event."""
    line = msgspec.json.encode({"call_id": "c", "at": "2026-11-24T10:32:00Z", **fields, "type": kind})
    try:
        event = decode_event(line, 1)
    except CallSourceError:
        return
    assert event.call_id


@pytest.mark.clause("5.1.2.2")
def test_transfer_takes_numbers_only() -> None:
    """You should see the four emergency numbers pass and anything but digits refused."""
    assert [check_number(number) for number in ("110", "119", "120", "122")] == ["110", "119", "120", "122"]
    for wrong in ("", "11", "1" * 21, "119\n", "一一九", "１１９", "sip:119"):
        with pytest.raises(CallSourceError, match="转接号码"):
            check_number(wrong)
