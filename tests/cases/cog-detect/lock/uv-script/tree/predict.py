"""A model."""

# /// script
# requires-python = ">=3.11"
# dependencies = [
#     "requests[socks]<3",
#     "rich",
# ]
# ///
import rich


class Predictor:
    pass
