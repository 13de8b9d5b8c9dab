"""Titles (工单标题) made from what was told: the first thing that says what the matter is, and never who tells it."""

import re

import msgspec

from data.record import Record

LONGEST_TITLE = 30  # characters of a title made from the text
SHORTEST_TITLE = 8  # a shorter piece before a comma (您好，…) would say nothing
SOMEBODY = "某某"  # stands in a title for a confidential claimant (是否保密, 5.1.4.1d)

# Who begins by saying who they are. A name counts only after a word that introduces it, with a family name of the
# commonest ones before it: 来电人家中停水 introduces nobody.
_FAMILY = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范"
    "金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤温康施文牛樊葛邢安齐庞颜倪章鲁岳翟殷申"
    "耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童毕凌单季裴霍涂成苗曲盛曲路骆辛管靳蒲祁鲍佟宫查荣桂"
)
_NAME = (
    rf"(?:(?:欧阳|上官|司马|诸葛|皇甫|尉迟|慕容|司徒|令狐)[\u4e00-\u9fff]{{1,2}}?|[{_FAMILY}][\u4e00-\u9fff]{{1,2}}?)"
    r"(?:女士|先生|同志|阿姨|大爷|师傅|老师)?"
)
_SAYS = r"(?:来电|致电|拨打热线)?(?:反映|表示|声称|称|说|投诉|举报|咨询|求助|建议)+"
_WHO = r"(?:来电人|诉求人|反映人|举报人|投诉人|求助人|咨询人|市民|群众|本人|我)"
_INTRODUCES = re.compile(
    r"\s*(?:(?:您好|你好|喂)[，,。！!\s]*)?"
    rf"(?:{_WHO}(?:的?(?:姓名|名字|全名))?(?:叫做|名叫|叫|姓名|姓|是|为|：|:)?\s*(?P<name>{_NAME})"
    rf"|(?:我|本人)(?:姓|免贵姓)[{_FAMILY}]|(?:姓名|名字)(?:是|为|：|:)?\s*(?P<named>{_NAME})"
    r"|(?:我的?|本人)?(?:联系)?(?:电话|手机|身份证)(?:号码|号)?(?:是|为|：|:)?\s*[\dXx\-*]{7,}"
    r"|本人(?=[，,、：:]))"
    rf"(?:{_SAYS}[，,：:]?|[，,、。；;：:！!\s]+|$|(?=住|家住|家在|男|女|今年|电话|手机))"
)


def titled(record: Record) -> str:
    """Return the record's title, or one made from its text; empty where the text only introduces the claimant."""
    if record.title:
        return record.title
    title = first_clause(record.own_text) or first_clause(record.text)
    claimant = record.claimant
    if not claimant.confidential:
        return title
    known = [claimant.name, claimant.phone, claimant.contact, claimant.address, *_introduced(record.text)[0]]
    for words in sorted(filter(None, known), key=len, reverse=True):
        title = title.replace(words, SOMEBODY)
    return title


def with_title(record: Record) -> Record:
    """Return the record with its title, or the one made from its text."""
    return msgspec.structs.replace(record, title=titled(record), text=record.text or record.title)


def first_clause(text: str) -> str:
    """Make a title of the beginning of a text, what introduces the claimant left out: its first sentence, cut between
    its parts to `LONGEST_TITLE`."""
    _, told = _introduced(text.strip())
    sentence = re.split(r"[。！？；\n]", told, maxsplit=1)[0].strip()
    if len(sentence) <= LONGEST_TITLE:
        return sentence
    head = sentence[: LONGEST_TITLE + 1]
    ends = [found.start() for found in re.finditer(r"[，、：,\s]", head)]
    if ends and ends[-1] >= SHORTEST_TITLE:
        return head[: ends[-1]]
    return head[:LONGEST_TITLE]


def _introduced(text: str) -> tuple[list[str], str]:
    """Return the names that a text introduces at its beginning, and what follows the introductions."""
    names: list[str] = []
    while text and (found := _INTRODUCES.match(text)) and found.end():
        names += filter(None, (found["name"], found["named"]))
        text = text[found.end() :].lstrip()
    return names, text
