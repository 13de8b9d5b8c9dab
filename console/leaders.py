"""Who a document is laid before for approval (5.2.3b): a person by number or name, or by name and office (王主任)."""

import re
from unicodedata import normalize

from console.house import House
from data.people import Actor, Role

LEADERS = (Role.SUPERVISOR, Role.UNIT_LEADER, Role.ADMINISTRATOR)
_OFFICES = (
    "局长|主任|处长|科长|区长|市长|县长|镇长|乡长|街长|部长|厅长|书记|秘书长|司长|经理|总监|总裁|董事长|院长|所长|校长|园长|大队长|"
    "支队长|中队长|队长|组长|站长|班长|股长|会长|主席|调研员|巡视员|专员|督查|督导|主管|负责人|领导|值班长"
)
_OFFICE = re.compile(rf"[\u4e00-\u9fff（）()、·]{{1,18}}(?:{_OFFICES})(?:同志)?")
# Words that begin like a surname and name nobody; an office of nobody in particular.
_NOBODY = "任意|任何|安排|方便|方案|文件|都行|都可|时间|高层|平时|常规|常委|何人|何时|谁都|有关|相关|某|各|其他|哪|不知|随便|任一"
_NAMELESS = re.compile(rf"^(?:{_NOBODY})")
_MINORITY = re.compile(r"[\u4e00-\u9fff]{1,8}(?:·[\u4e00-\u9fff]{1,8})+")


def leaders(house: House) -> list[Actor]:
    """Return the people here who lead: supervisors (督办), leaders of units (承办负责人), administrators."""
    return [each for each in house.people.everyone() if each.may(*LEADERS)]


def names_somebody(house: House, written: str) -> bool:
    """Whether a text names a person to approve: one of `leaders` by number or name, a name, or an office."""
    text = normalize("NFKC", written).strip()
    if any(
        text in (who.agent_no, f"{who.agent_no}号", who.name, f"{who.agent_no}号{who.name}") for who in leaders(house)
    ):
        return bool(text)
    if _NAMELESS.match(text):
        return False
    surname = house.packs.elements.parts.get("surname", r"[\u4e00-\u9fff]")
    name = rf"{surname}[\u4e00-\u9fff]{{1,2}}"
    several = [each for each in re.split(r"[、，,；;\s]+", text) if each]
    return bool(several) and all(
        _OFFICE.fullmatch(each) or _MINORITY.fullmatch(each) or re.fullmatch(rf"{name}(?:同志)?(?:\(.+\))?", each)
        for each in several
    )
