# /// script
# dependencies = [
#   'a' 'b',
# ]
# ///
class Predictor:
    pass
