from base import Base


class Predictor(Base):
    def predict(self, text: str) -> str:
        return super().predict(text)
