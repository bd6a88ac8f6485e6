"""Engine rooms: a queue of transactions each, and the threads that work it off."""
