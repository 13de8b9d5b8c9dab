"""A day of Beijing, simulated: seats, a dispatcher and units, each a process with an installation of its own, on one queue.

``python -m tests.bench.beijing`` prints what it asks for; `model` says what is known of a day and what is assumed.
"""
