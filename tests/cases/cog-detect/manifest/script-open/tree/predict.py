# /// script
# dependencies = []

# ///
class Predictor:
    pass
