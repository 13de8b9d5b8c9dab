"""One writer of a position test: ``server_writer.py URL NAME EVENTS LONGEST``.

It appends tickets in transactions of its own that end late, each after a random delay of at most LONGEST milliseconds, and
prints how many events it committed. Some it rolls back: those are not counted, and are written anew.
"""

import random
import sys
import time

import psycopg

from data.lifecycle import Kind
from data.personal import seal
from tests.queues import dispatched, step, to_dispatch

UNIT = "东街道"


def main(url: str, name: str, count: str, longest: str) -> None:
    """Write until the count is reached."""
    chance = random.Random(name)
    done = tickets = 0
    with psycopg.connect(url) as link:
        while done < int(count):
            batch: list[str] = []
            for _ in range(chance.randint(1, 6)):
                tickets += 1
                ticket = f"{name}-{tickets}"
                events = to_dispatch(ticket)
                if tickets % 4 == 0:
                    events += [dispatched(ticket, 3, UNIT), step(ticket, 4, Kind.SIGNED)]
                batch += map(seal, events)
            verdicts = link.execute("SELECT verdict FROM hotline.append(%s)", (batch,)).fetchall()
            assert {verdict for (verdict,) in verdicts} == {"taken"}, verdicts
            time.sleep(chance.uniform(0, float(longest)) / 1000)
            if chance.random() < 0.03:
                link.rollback()
                continue
            link.commit()
            link.execute("SELECT hotline.wake()")
            link.commit()
            done += len(batch)
    print(done)


if __name__ == "__main__":
    main(*sys.argv[1:])
