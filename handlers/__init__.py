"""One module per conversation: a Telegram update in, one service, what to say out."""
