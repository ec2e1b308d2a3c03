"""The pages: filters, data, charts; no logic of their own."""
