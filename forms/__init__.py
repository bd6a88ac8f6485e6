"""The form engine: definitions, typed cells, reading, deriving, checking, what to ask next. Pure."""
