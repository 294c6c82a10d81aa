"""What a PostgreSQL server must know to enforce by itself who may do what."""
