"""Nouns and rules of the reporting round: periods, deadlines, states, due actions, digests. Pure."""
