"""The database: one file (SQLite) or one server, its tables and its forward-only migrations. May
import the ground floor only; the only room that knows how the engine is set up. Rooms above build
their queries from `tables`. Start at `engine`."""
