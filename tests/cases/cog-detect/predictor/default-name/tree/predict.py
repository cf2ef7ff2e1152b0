class Predictor:
    pass


class Runner:
    def run(self): ...
