"""Who is where: collections, the faces kept in them, the users those faces belong to, and the
search over all of it. May import `governance`, `vectors`, `db` tables and the floors below; knows
no model and no HTTP. The database decides and the vector indexes follow it. Start at `values`,
then `collections`, `faces`, `users`, `search`; what deletion means is in `forget`."""
