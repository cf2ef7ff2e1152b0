class Predictor:
    pass
