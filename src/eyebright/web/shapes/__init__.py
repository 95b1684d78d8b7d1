"""The JSON of this door as types, and how values become it. The published description of the API
is made from these types."""
