"""``hotline intake serve`` and ``hotline intake key``: requests handed in over HTTP, and by whom."""

from pathlib import Path

import click

from console.commands.base import Entry, Refusal, json_option, show_json, show_table
from console.commands.usage import Command, Group, Number

_HIGHEST_PORT = 65535


@click.command(
    cls=Command,
    example="hotline intake serve\n"
    "hotline intake serve --host 0.0.0.0 --tls-cert /etc/hotline/cert.pem --tls-key /etc/hotline/key.pem",
)
@click.option("--host", default="127.0.0.1", metavar="地址", help="在哪个地址上收；默认 127.0.0.1，其他地址须有 TLS")
@click.option("--port", type=Number(), default=8645, metavar="端口", help="端口；默认 8645")
@click.option("--tls-cert", default="", metavar="文件", help="TLS 证书（PEM，含中间证书）")
@click.option("--tls-key", default="", metavar="文件", help="TLS 私钥（PEM）")
@click.pass_obj
def serve(entry: Entry, host: str, port: int, tls_cert: str, tls_key: str) -> None:
    """按 Open311 GeoReport v2 以 HTTP 接收网络诉求，直到 Ctrl+C。"""
    from console.web.serve import ServeError
    from console.web.serve import serve as run

    if port > _HIGHEST_PORT:
        raise click.UsageError(f"端口最大 {_HIGHEST_PORT}")
    try:
        run(
            entry.house,
            host,
            port,
            Path(tls_cert) if tls_cert else None,
            Path(tls_key) if tls_key else None,
            lambda address: click.echo(f"正在接收网络诉求：{address}/open311/v2"),
        )
    except ServeError as error:
        raise Refusal(str(error)) from error
    except KeyboardInterrupt:
        click.echo("已停止", err=True)


@click.group(cls=Group, example="hotline intake key add 微信 --channel 微信公众号")
def key() -> None:
    """来源的密钥：发放、列表、停用。"""


@key.command("add", cls=Command, example="hotline intake key add 微信 --channel 微信公众号 --json")
@click.argument("name", metavar="名称")
@click.option("--channel", default="", metavar="渠道", help="记在诉求上的渠道名称；默认同名称")
@json_option
@click.pass_obj
def add(entry: Entry, name: str, channel: str, as_json: bool) -> None:
    """发放一个密钥；只显示这一次，本机只存它的校验值。"""
    from console.web.keys import issue

    made = issue(entry.house.intake_keys, name, channel, entry.clock.now())
    if as_json:
        show_json({"name": name, "channel": channel or name, "key": made})
    else:
        click.echo(made)
        click.echo("请交给来源保管：不会再显示", err=True)


@key.command("list", cls=Command, example="hotline intake key list --json")
@json_option
@click.pass_obj
def list_(entry: Entry, as_json: bool) -> None:
    """列出来源，不含密钥。"""
    sources = entry.house.intake_keys.listed()
    if as_json:
        show_json(sources)
        return
    rows = [
        (
            one.name,
            one.channel,
            f"{one.created_at:%Y-%m-%d}",
            f"{one.disabled_at:%Y-%m-%d 停用}" if one.disabled_at else "",
        )
        for one in sources
    ]
    show_table(("名称", "渠道", "发放", "停用"), rows)


@key.command("disable", cls=Command, example="hotline intake key disable 微信")
@click.argument("name", metavar="名称")
@json_option
@click.pass_obj
def disable(entry: Entry, name: str, as_json: bool) -> None:
    """停用一个密钥，立即生效。"""
    entry.house.intake_keys.disable(name, entry.clock.now())
    if as_json:
        show_json({"name": name, "disabled": True})
    else:
        click.echo(f"已停用 {name}")
