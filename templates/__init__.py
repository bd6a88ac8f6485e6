"""Every word, workbook, document and picture that the bot produces."""
