"""A file in, a file out; tells where the input was."""

import os
import tempfile

from cog import BasePredictor, Path


class Predictor(BasePredictor):
    def predict(self, file: Path) -> Path:
        print(f"folder {os.path.dirname(file)} mode {os.stat(file.parent).st_mode & 0o777:o}")
        output = Path(tempfile.gettempdir()) / "output.txt"
        output.write_bytes(file.read_bytes().upper())
        return output
