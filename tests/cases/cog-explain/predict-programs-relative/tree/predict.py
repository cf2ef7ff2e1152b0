from app.predict import Predictor
