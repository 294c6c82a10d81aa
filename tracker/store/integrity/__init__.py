"""What the doctor proves: recipes of hashes, digests, the chain, the projection, the schema."""
