from lightning import Module

class Predictor(Module):
    def setup(self): ...
