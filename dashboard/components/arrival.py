"""A link to a part of a page that stands further down: the browser is told to bring it into view.

Links of streamlit take no anchor, so the part asked for by a parameter of the link is sought here.
"""

from __future__ import annotations

import streamlit as st

_PAGE, _IS_ARRIVAL = "page_drawn", "is_arrival"
# A second time, when the charts above have taken their room.
_SCROLL = """<span id="asked-for" style="display: block; scroll-margin-top: 5rem"></span><script>
    for (const wait of [0, 800]) {
        setTimeout(() => document.getElementById("asked-for")?.scrollIntoView(), wait);
    }
</script>"""


def note_arrival(page: str) -> None:
    """Remember whether this rerun is the first of a page, so that later ones scroll nowhere."""
    st.session_state[_IS_ARRIVAL] = st.session_state.get(_PAGE) != page
    st.session_state[_PAGE] = page


def bring_into_view(parameter: str) -> None:
    """Scroll to here when the link that led to the page said the parameter."""
    if st.session_state.get(_IS_ARRIVAL) and parameter in st.query_params:
        st.html(_SCROLL, unsafe_allow_javascript=True)
