"""Whether the words of a record ask that the claimant stay unknown (是否保密, 5.1.4.1d); a hint, never a decision."""

import re

_JUDGED = 4_000  # characters looked at
_NOT_WANTED = r"(?:不要|不想|不愿意?|不希望|别|请勿)"
_ASKED = re.compile(
    r"(?:要求|请求|希望|请|需要|务必|必须|一定)?(?:予以|做好)?(?:给我|替我|为我|帮我)?保密"
    r"|匿名(?:反映|举报|投诉)?"
    rf"|{_NOT_WANTED}(?:透露|泄露)"
    rf"|{_NOT_WANTED}(?:把|将)?(?:我|本人|举报人|个人|姓名|身份)[^，。；！？\n]{{0,6}}(?:透露|泄露|公开|暴露|告诉)"
    rf"|{_NOT_WANTED}(?:让|叫)[^，。；！？\n]{{1,8}}知道(?:是我)?"
)
_NOT_ASKED = re.compile(
    r"(?:不用|不必|不需要?|无需|无须|没有?要求|未要求|不要求|不是|不要|非)(?:予以|进行|给我|替我|为我)?(?:保密|匿名)"
    r"|保密(?:协议|局|法|工作|义务|制度|规定|单位|部门|措施|条款|柜|级别|要求)|泄露保密|(?:违反|没有|未|不)(?:做到|遵守)?保密"
)


def asks_secrecy(text: str) -> str:
    """Return the words of ``text`` that ask for confidentiality, the first ones; empty where none do."""
    head = text[:_JUDGED]
    innocent = [found.span() for found in _NOT_ASKED.finditer(head)]
    for found in _ASKED.finditer(head):
        if not any(start < found.end() and found.start() < end for start, end in innocent):
            return found[0]
    return ""
