"""predict() comes from a base class in another file, with that file's names."""

from plain.base import Base


class Predictor(Base):
    DEFAULT = "not this"

    def setup(self) -> None:
        self.loaded = True
