# /// script
# dependencies = []
# ///

# /// script
# dependencies = []
# ///
class Predictor:
    pass
