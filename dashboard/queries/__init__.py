"""Query functions: a connection and values in, a frame with documented columns out."""
