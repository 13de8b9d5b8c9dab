"""The headless commands, one group or command a file; `console.__main__` puts them together."""
