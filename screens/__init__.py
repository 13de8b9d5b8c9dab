"""What is on the glass: the Textual console, one file a desk.

Two settings must stand in the environment before textual is imported. Under the Kitty keyboard protocol one commit
of a Chinese input method arrives as raw escape text. And at 60 frames a second a key waits up to 16 ms for its frame.
"""

import os

os.environ["TEXTUAL_DISABLE_KITTY_KEY"] = "1"
os.environ.setdefault("TEXTUAL_FPS", "120")
