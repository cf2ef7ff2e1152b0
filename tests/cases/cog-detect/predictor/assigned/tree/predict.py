def make():
    class Predictor: ...
    return Predictor


Predictor = make()
