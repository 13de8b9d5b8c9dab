"""``hotline work``: the centre's background worker."""

import threading
import time
from typing import TYPE_CHECKING

import click

from console.commands.base import Entry, Refusal
from console.commands.sync import BREATH, PAUSE
from console.commands.usage import Command, Number
from data.db import StorageError

if TYPE_CHECKING:
    from console.delivery.watching import WorkWatch

_MOST = 64
_AFTER_FAILURE = 10.0  # seconds


@click.command(cls=Command, example="hotline work\nhotline work --concurrency 8 --metrics 127.0.0.1:9645 --no-sync")
@click.option("--once", is_flag=True, help="做完现在该做的就结束；不写则一直做到 Ctrl+C 或 SIGTERM")
@click.option("--concurrency", type=Number(), default=4, metavar="件数", help="同时投递几件工单；默认 4")
@click.option("--metrics", default="", metavar="地址:端口", help="在本机地址上给出 /metrics（Prometheus）与 /health")
@click.option("--no-sync", is_flag=True, help="不带本机的收发（hotline sync）：只投递、只催办")
@click.pass_obj
def work(entry: Entry, once: bool, concurrency: int, metrics: str, no_sync: bool) -> None:
    """按承办单位的派单方式投递（系统、邮箱、接口），到时催办、督办；可在几台机器上各运行几个。

    日志每行一个 JSON，写在标准错误，不含个人信息。
    """
    import asyncio

    from console.delivery.watching import WorkWatch, serve_figures
    from console.delivery.worker import Worker, quiet
    from console.exposition import log_line
    from console.queues import VARIABLE, queue_url
    from data.postgres.address import is_here, read_address

    if not 1 <= concurrency <= _MOST:
        raise click.UsageError(f"--concurrency 应为 1 到 {_MOST}")
    host, _, port = metrics.rpartition(":")
    if metrics and not (host and is_here(host.strip("[]")) and port.isdecimal() and int(port) < 65536):
        raise click.UsageError("--metrics 应为本机的地址与端口，如 127.0.0.1:9645")
    url = queue_url(entry.house.settings)
    if not url:
        raise Refusal(
            f"派单队列是本机文件，没有要投递的，到时的催办由 hotline sync 做：要投递，请用服务器（{VARIABLE} 或 settings.toml 的 queue）"
        )
    quiet()
    watch = WorkWatch(entry.clock, log_line)
    worker = Worker(entry.house, read_address(url), watch, concurrency)
    figures = None
    if metrics:
        try:
            figures = serve_figures(host.strip("[]"), int(port), watch, worker.depth)
        except OSError as error:
            raise Refusal(f"不能在 {metrics} 给出指标：{error.strerror}；请换一个端口") from error
    if not no_sync:
        _sync_beside(entry, watch, once=once)
    try:
        asyncio.run(worker.run(once=once))
    finally:
        if figures is not None:
            figures.shutdown()


def _sync_beside(entry: Entry, watch: "WorkWatch", *, once: bool) -> None:
    """Carry events between this installation and the queue, in a thread of its own; with ``once`` one round, now."""
    house = entry.house
    if once:
        house.sync_worker().run(entry.clock.now())
        return

    def rounds() -> None:
        syncing = house.sync_worker()
        while True:
            try:
                syncing.run(entry.clock.now())
                time.sleep(BREATH)
                syncing.wait(PAUSE - BREATH)
            except StorageError as error:  # of this machine's own files: deliveries go on without them
                watch.tell("sync_failed", {"reason": str(error)})
                time.sleep(_AFTER_FAILURE)

    threading.Thread(target=rounds, daemon=True).start()
