"""Titles made of a text: what they are about, and nobody's name (5.1.4.1d)."""

import pytest

from console.titles import first_clause, titled
from data.record import Claimant, Record


@pytest.mark.clause("5.1.4.1d")
@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("我叫王红，家里暖气不热。", "家里暖气不热"),
        ("来电人王红反映小区电梯停运。", "小区电梯停运"),
        ("来电人王女士称，物业不管", "物业不管"),
        ("本人李强，电话13800000000，楼下路灯不亮", "楼下路灯不亮"),
        ("您好，我叫欧阳修，我想问居住证怎么办", "我想问居住证怎么办"),
        ("来电人姓名：张三。楼道堆物", "楼道堆物"),
        ("我叫王红。", ""),
        ("来电人家中停水三天", "来电人家中停水三天"),
        ("我叫物业来修电梯没人来", "我叫物业来修电梯没人来"),
        ("市民来电反映公园噪音", "市民来电反映公园噪音"),
        ("您好，我想反映停水", "您好，我想反映停水"),
    ],
)
def test_what_introduces_the_claimant_is_no_title(text: str, title: str) -> None:
    """You should see the title begin with the matter, and words that only look like an introduction stay."""
    assert first_clause(text) == title


@pytest.mark.clause("5.1.4.1d")
def test_a_made_title_of_a_confidential_claimant_names_nobody() -> None:
    """You should see 某某 in place of the name and the number, and the name where nothing is confidential."""
    text = "物业经理骂王红，还把13800000103贴在楼道"
    claimant = Claimant(name="王红", phone="13800000103", confidential=True)
    assert titled(Record(text=text, claimant=claimant)) == "物业经理骂某某，还把某某贴在楼道"
    assert "王红" in titled(Record(text=text, claimant=Claimant(name="王红")))


@pytest.mark.clause("5.1.4.1d")
def test_a_name_that_only_the_text_introduces_is_masked_too() -> None:
    """You should see it masked where it comes again."""
    record = Record(text="我叫王红，邻居天天骂王红", claimant=Claimant(confidential=True))
    assert titled(record) == "邻居天天骂某某"
