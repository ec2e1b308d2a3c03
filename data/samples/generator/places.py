"""The four further places by their plan."""

from __future__ import annotations

from . import sample_cc, sample_gq, sample_hy, sample_yc
from .roles import Sample

SAMPLES: dict[str, Sample] = {
    "CC": sample_cc.SAMPLE,
    "YC": sample_yc.SAMPLE,
    "GQ": sample_gq.SAMPLE,
    "HY": sample_hy.SAMPLE,
}
