#!/usr/bin/env python3
"""A model."""

# /// other
# dependencies = 3
# ///

# /// script
# requires-python = ">=3.11"
# dependencies = [
#     "requests<3",
#
#     "rich",  # colours
# ]
#
# [[tool.uv.index]]
# url = "https://example.com/simple"
# ///
import rich


class Predictor:
    pass
