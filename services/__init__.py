"""Verbs: what happens inside one transaction. Plain functions that return what to say."""
