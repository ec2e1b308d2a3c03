"""One hand-worked example for each measured target: the rows of five small places, and figures."""
