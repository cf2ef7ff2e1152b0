from base import Base


class Predictor(Base):
    pass
