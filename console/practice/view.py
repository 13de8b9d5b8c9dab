"""What a lesson looks like to one person: who they are, what is assigned, and which day it is."""

from datetime import date

from console.practice.assigning import Assigning
from console.practice.lesson import Lesson
from data.clock import SHANGHAI
from data.people import Actor


class LessonView:
    """One lesson, as one person sees it."""

    def __init__(self, lesson: Lesson, actor: Actor) -> None:
        self.lesson = lesson
        self.actor = actor
        self.assigning = Assigning(lesson.house.home.root, lesson.house.clock, actor)

    @property
    def today(self) -> date:
        """The day in Shanghai."""
        return self.lesson.house.clock.now().astimezone(SHANGHAI).date()
