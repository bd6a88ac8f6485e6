"""A strict pretend Telegram on the loopback address, with its people, refusals and faults."""
