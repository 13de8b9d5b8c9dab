"""The one door for personal data: what goes in comes back, and masks hide."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.personal import mask_phone, phone_key, seal, unseal
from data.record import Answer, Attachment, Claimant, Place, Record, Scope

texts = st.text(max_size=40)  # control characters, emoji, Ext-B, right-to-left; no half surrogates
records = st.builds(
    Record,
    claimant=st.builds(Claimant, name=texts, phone=texts, contact=texts, address=texts, confidential=st.booleans()),
    place=st.builds(Place, text=texts, district=texts, landmark=texts),
    types=st.lists(texts, max_size=3),
    title=texts,
    text=texts,
    elements=st.dictionaries(texts, st.builds(Answer, text=texts, asked=texts), max_size=3),
    scope=st.none() | st.builds(Scope, route=texts, choice=texts, note=texts),
    attachments=st.lists(st.builds(Attachment, path=texts, media_type=texts, sha256=texts), max_size=2),
)


@given(records)
def test_a_record_comes_back_as_it_was(record: Record) -> None:
    """You should see every character again: control characters, emoji, rare Han and right-to-left text."""
    assert unseal(seal(record), Record) == record


@given(records)
def test_sealing_is_deterministic(record: Record) -> None:
    """You should see one text for one record, so that rows can be compared."""
    assert seal(record) == seal(unseal(seal(record), Record))


def test_a_megabyte_of_text_comes_back() -> None:
    """You should see a pasted megabyte of mixed text whole."""
    text = "𠮷野家\u202eسلام\x00\x1b[31m😀\n" * 60_000
    assert unseal(seal(Record(text=text)), Record).text == text


def test_half_a_surrogate_pair_does_not_lose_the_record() -> None:
    """You should see U+FFFD where a broken paste left half a character, and the rest untouched."""
    record = Record(title="停\ud842水", text="𠮷\udfb7", elements={"C.1\ud800": Answer(text="\udc80好")})
    back = unseal(seal(record), Record)
    assert (back.title, back.text) == ("停\ufffd水", "𠮷\ufffd")
    assert back.elements == {"C.1\ufffd": Answer(text="\ufffd好")}


@pytest.mark.parametrize(
    "damaged", [b"", b"{", b"\x00\x00", b"\xff\xfe{}", b'{"title": "\xff"}', b"[]", b'{"title": 1}']
)
def test_damaged_text_is_one_kind_of_error(damaged: bytes) -> None:
    """You should see a DecodeError for anything that is no record, so that callers catch one thing."""
    with pytest.raises(msgspec.DecodeError):
        unseal(damaged, Record)


@pytest.mark.clause("6.2.1")
@given(st.text("0123456789", min_size=7, max_size=20))
def test_a_mask_hides_at_least_four_digits_or_all_but_the_ends(number: str) -> None:
    """You should see a number's ends, never enough of it to dial."""
    masked = mask_phone(number)
    shown = masked.replace("*", "")
    assert "****" in masked
    assert len(number) - len(shown) >= 4
    assert masked.startswith(number[:2])


def test_a_service_number_needs_no_mask() -> None:
    """You should see 12345 as it is, and nothing where there is no number."""
    assert [mask_phone(number) for number in ("12345", "110", "")] == ["12345", "110", ""]
    assert mask_phone("13800138000") == "138****8000"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("13800138000", "+86 138-0013-8000"),
        ("13800138000", "008613800138000"),
        ("13800138000", "１３８００１３８０００"),
        ("010-65123456", "+86 10 6512 3456"),
        ("010-65123456", "+86 010 65123456"),
        ("(010) 65123456", "01065123456"),
        ("0755-8651 2345", "8675586512345"),
    ],
)
def test_two_spellings_of_a_number_are_one_caller(one: str, other: str) -> None:
    """You should see the earlier calls of a caller however the line or a person writes the number."""
    assert phone_key(one) == phone_key(other) != ""


def test_a_local_number_that_begins_like_the_country_code_is_kept() -> None:
    """You should see 8651 2345 stay what it is."""
    assert phone_key("8651 2345") == "86512345"


@pytest.mark.parametrize("text", ["", "见微信1", "无", "**", "匿名", "1234"])
def test_what_is_no_number_matches_nobody(text: str) -> None:
    """You should see no key, so that no stranger's tickets come up."""
    assert phone_key(text) == ""
