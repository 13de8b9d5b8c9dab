"""Bringing tickets to units by their channel (派单方式, 5.2.2.1.1): what ``hotline work`` does; nothing else loads it."""
