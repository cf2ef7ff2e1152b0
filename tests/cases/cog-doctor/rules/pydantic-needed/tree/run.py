from cog import BaseRunner
from pydantic import BaseModel


class Output(BaseModel):
    text: str


class Runner(BaseRunner):
    def run(self, text: str) -> Output:
        return Output(text=text)

    def more(self) -> dict:
        return Output(text='').model_dump()
