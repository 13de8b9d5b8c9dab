"""What may enter a record, whichever way it comes (acceptance 10)."""

import pytest

from console.text import LONGEST_TEXT, clean, clean_number, written

FAMILY = "👨\u200d👩\u200d👧"
KEPT = [
    "电梯停运（3号楼）：“请速派人”！",
    "𠮷𪚥\U0002ebf0\U00031350\ue000",  # Ext-B, Ext-I, Ext-H, private use
    f"{FAMILY}❤\ufe0f👍🏽🏳\ufe0f\u200d🌈🇨🇳1\ufe0f⃣",
    "عربي עברית نمی\u200cخواهم",
    "全角　空格",
    "[31m]不是控制序列[0m",
    "第一行\n第二行",
]
GONE = [
    ("前\x1b[31m红\x1b[0m后", "前红后"),
    ("前\x1b[38;2;1;2;3m红\x1b[?25l后\x1b[2J", "前红后"),
    ("\x1b]0;标题\x07正文", "正文"),
    ("\x1b]8;;http://例.cn\x1b\\链接\x1b]8;;\x1b\\", "链接"),
    ("\x1bP+q544e\x1b\\设备", "设备"),
    ("\x1b(B字符集\x1bOP键", "字符集键"),
    ("\x9b31m红\x9b", "红"),
    ("a\x1bb\x00c\x07d\x08e\x7ff\x80g", "abcdefg"),
    ("\x1b[200~内\x1b[201~外", "内外"),
    ("\x1b]没有结尾的标题，不能把话吃掉", "]没有结尾的标题，不能把话吃掉"),
    ("\u202e倒\u2066着\u200e写\u061c", "倒着写"),
    ("半\ud83d个", "半个"),
    ("不\u200d是\u200d👨\u200d👩\u200d人", "不是👨\u200d👩人"),
    ("一\r\n二\r三\v四\f五\x85六\u2028七\u2029八\t九", "一\n二\n三\n四\n五\n六\n七\n八 九"),
]


@pytest.mark.parametrize("text", KEPT)
def test_what_a_person_writes_stays(text: str) -> None:
    """You should see rare Han, joined emoji and right-to-left text stand as they were written."""
    assert clean(text) == text


@pytest.mark.parametrize(("text", "left"), GONE)
def test_what_a_terminal_obeys_goes_whole(text: str, left: str) -> None:
    """You should see no rest of a terminal command, no control character, and each kind of line end as one."""
    assert clean(text) == left
    assert clean(clean(text)) == left


def test_a_single_line_keeps_all_its_lines() -> None:
    """You should see line ends become single blanks in a field of one line."""
    assert clean("一号楼\r二号楼 \u2028\x1b[0m 三号楼", lines=False) == "一号楼 二号楼 三号楼"
    assert clean_number("１３８\x1b[1m\u202d００００１１１１\u202c") == "13800001111"


def test_one_key_is_text_or_not() -> None:
    """You should see signs that Python calls unprintable count as text, and Enter, Tab and Esc not."""
    assert all(written(char) for char in "字 ？\u3000\u200d\ufe0f\ue000\U00031350")
    assert not any(written(char) for char in "\r\n\t\x1b\x00\x7f\x9b\u202e\ud83d")


@pytest.mark.parametrize("part", ["\x1b", "\x1b[", "\x1b]", "\x1bP\x1b", "\x9b9", "\x1b[0", "\r\n"])
def test_a_megabyte_of_half_commands_is_cleaned_to_text(part: str) -> None:
    """You should see no control character left of a text made of nothing but beginnings."""
    assert not any(ord(char) < 32 and char != "\n" for char in clean(part * (50 * LONGEST_TEXT)))
