"""The demo: one month of the sample county, real processes against the pretend Telegram."""
