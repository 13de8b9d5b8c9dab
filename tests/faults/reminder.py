"""One process that looks for what is due and reminds of it: ``reminder.py HOME NOW ROUNDS BEGIN``."""

import sys
import time
from datetime import datetime
from pathlib import Path

from console.reminders import remind
from data.db import connect
from data.home import Home
from data.tickets import TicketStore


def main(root: str, now: str, rounds: str, begin: str) -> None:
    """Look so many times, all processes from one moment on, and print how many reminders were sent."""
    store = TicketStore(connect(Home(Path(root)).store))
    time.sleep(max(0.0, float(begin) - time.time()))
    print(sum(remind(store, datetime.fromisoformat(now)) for _ in range(int(rounds))))


if __name__ == "__main__":
    main(*sys.argv[1:])
