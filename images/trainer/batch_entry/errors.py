"""Failures that are told in a sentence."""

from __future__ import annotations


class EntryError(Exception):
    """The message says where, what was given, and what is allowed."""
