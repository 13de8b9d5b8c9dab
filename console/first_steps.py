"""What a new installation still lacks, and the command that brings it."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from console.house import House


def first_steps(house: "House") -> list[str]:
    """Say what is missing before anybody can work here; nothing when all is there."""
    people = "" if house.people.everyone() else "还没有人员：请系统管理员先运行 hotline user add"
    return [sentence for sentence in (people, no_articles(house)) if sentence]


def no_articles(house: "House") -> str:
    """Say that the knowledge base is empty, and how to fill it; empty when it is not."""
    if house.kb.stats().articles:
        return ""
    return "知识库里还没有文章：用 hotline kb import 文件 导入，或用 hotline kb import --starter 载入自带的示例文章（都须核对后才用来答复）"
