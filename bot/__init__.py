"""The running program: command line, settings, wiring, intake, delivery, logs."""
