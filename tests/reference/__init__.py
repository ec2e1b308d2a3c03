"""The figures of a plan, recomputed from the files in plain Python.

Nothing here imports the product, touches a database or shares a line of code with it: the only
common ground is the text of the plan's CSV files, the code lists, the calendar and the headers.
Each module follows one section of ``docs/semantics.md``; slowness is fine, cleverness is not.

files → identifiers, rules → records → rates;  duties, evidence, index beside them → tally;
tally → lights, targets → tasks → scores.
"""
