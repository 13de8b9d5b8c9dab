"""The quality of acceptance (受理质量考评, 7.1.2) and what is done about it (7.2): sampling, judging, appeal, reports."""
