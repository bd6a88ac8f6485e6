"""The clock's side: each tick runs one service."""
