from predict import Predictor
