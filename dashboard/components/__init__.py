"""Pieces of pages: they draw with streamlit what queries give."""
