"""`hotline intake key`: shown once, listed without it, ended for good."""

from console.house import House
from console.web.keys import source_of


def test_a_key_is_shown_once_and_ended(hotline, cli_home, clock) -> None:
    """You should see the key when it is made and never again, its channel in the list, and no use of it once disabled."""
    ran = hotline("intake", "key", "add", "微信", "--channel", "微信公众号", "--json")
    assert ran.code == 0
    key = ran.json["key"]
    assert ran.json == {"name": "微信", "channel": "微信公众号", "key": key}
    assert hotline("intake", "key", "add", "微博").out.startswith("hk_")

    def whose() -> str:
        house = House(cli_home, clock)
        found = source_of(house.intake_keys, key)
        house.close()
        return found.channel if found else ""

    assert whose() == "微信公众号"
    listed = hotline("intake", "key", "list", "--json")
    assert {one["name"]: one["channel"] for one in listed.json} == {"微信": "微信公众号", "微博": "微博"}
    assert key not in listed.out
    assert hotline("intake", "key", "disable", "微信").code == 0
    assert whose() == ""
    assert "停用" in hotline("intake", "key", "list").out


def test_what_cannot_be_made_or_ended_is_said_in_one_sentence(hotline) -> None:
    """You should see a name twice, an unknown name and the telephone refused with exit code 1."""
    assert hotline("intake", "key", "add", "微信").code == 0
    for args in (("add", "微信"), ("add", "热线"), ("add", "a b"), ("disable", "无此来源")):
        ran = hotline("intake", "key", *args)
        assert (ran.code, ran.out, len(ran.err.splitlines())) == (1, "", 1)
