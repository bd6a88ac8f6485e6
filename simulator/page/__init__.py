"""The pretend Telegram's face: one page for a browser on this machine, in front of the same world."""
