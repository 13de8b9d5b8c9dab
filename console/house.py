"""The house put together: everything that the desks of one installation stand on, opened once."""

from pathlib import Path

from console.learning import Learning
from console.places import Gazetteer
from console.queues import late_queue
from console.settings import Settings, load_settings
from console.suggest import Learned, Suggester
from console.sync import SyncWorker
from console.tables import calendar_in_force, reference_in_force
from data.callback_list import CallbackList
from data.callings import Callings
from data.calls import CallStore
from data.choices import Choices
from data.clock import Clock
from data.db import connect
from data.drafts import DraftStore
from data.figures import Figures
from data.home import Home
from data.inbox import Inbox
from data.late_queue import LateQueue
from data.looking import LookingStore
from data.outbox import Outbox
from data.people import People
from data.quality import QualityStore
from data.samples import Samples
from data.schema import STORE_STEPS, migrate
from data.surges import Surges
from data.tickets import TicketStore
from data.web_intake import IntakeKeys, WebRequests
from kb.names import place_words
from kb.search import KnowledgeBase
from kb.upkeep import Upkeep
from scripts.pack import PackError, Packs, load_packs


class House:
    """One installation, open. Every part is made here and nowhere else."""

    def __init__(self, root: Path, clock: Clock) -> None:
        """Open the folder ``root``, creating what is missing.

        Raises:
            HomeError, StorageError, SettingsError, ReferenceTableError: the folder or a file in it cannot be used.
        """
        self.home = self._opened_home(root)
        self.home.prepare()
        self.clock = clock
        self.settings: Settings = load_settings(root / "settings.toml")
        self.packs: Packs
        self.refused_packs: list[PackError]
        self.packs, self.refused_packs = load_packs(self.home.packs)
        self.calendar, refused_calendar = calendar_in_force(self.home.reference)
        self.reference, refused_tables = reference_in_force(self.home.reference)
        self.refused_tables = [*refused_calendar, *refused_tables]
        self.gazetteer = Gazetteer(self.reference.regions, self.reference.landmarks)
        learned = Learned(self.home.suggest_model, Choices(self.home.choices))
        self.suggester = Suggester(self.packs, self.reference, self.gazetteer, learned)
        self.learning = Learning(self.suggester)
        self._db = connect(self.home.store)
        migrate(self._db, self.home.store, STORE_STEPS)
        self.tickets = TicketStore(self._db)
        self.outbox = Outbox(self._db)
        self.calls = CallStore(self._db)
        self.inbox = Inbox(self._db)
        self.intake_keys = IntakeKeys(self._db)
        self.web_requests = WebRequests(self._db, self.inbox)
        self.people = People(self._db)
        self.looking = LookingStore(self._db)
        self.surges = Surges(self._db)
        self.samples = Samples(self._db)
        self.quality = QualityStore(self._db)
        self.callings = Callings(self._db)
        self.callback_list = CallbackList(self._db)
        self.figures = Figures(self.home.store)
        self.queue = self._late_queue()
        self.kb = KnowledgeBase(self.home.kb, self.home.cache, clock, names=place_words(self.reference))
        self.upkeep = Upkeep(self.kb, clock)

    def _opened_home(self, root: Path) -> Home:
        return Home(root)

    def drafts(self, agent_no: str) -> DraftStore:
        """Return the drafts of an agent."""
        return DraftStore(self.home.drafts, agent_no)

    def sync_worker(self) -> SyncWorker:
        """Make a worker with connections of its own, for a thread of its own."""
        connection = connect(self.home.store)
        return SyncWorker(TicketStore(connection), Outbox(connection), self._late_queue(), self.home.root / "sync.lock")

    def _late_queue(self) -> LateQueue:
        return late_queue(self.home, self.settings)

    def close(self) -> None:
        """Close the files, after what was chosen is kept."""
        self.learning.close()
        self.upkeep.close()
        self.kb.close()
        self.figures.close()
        self.queue.close()
        self._db.close()
