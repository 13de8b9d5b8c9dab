"""Widgets that several desks share."""
