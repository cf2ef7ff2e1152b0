from cog import BaseRunner


class Other(BaseRunner):
    def run(self) -> str:
        return "b"
