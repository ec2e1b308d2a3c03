"""Charts: a frame in, a figure out; no streamlit here."""
