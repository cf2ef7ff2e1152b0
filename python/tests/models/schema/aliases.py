"""Types under other names."""

import collections.abc as abc
import typing
from typing import Annotated, Any, Literal as Lit, NewType

import cog as sdk
from cog import Opaque, Path as File
from typing_extensions import TypedDict as Table

Img = File
Imgs = list[Img]
Photo = Img
UserId = NewType("UserId", int)
Seed = Annotated[int, "not negative"]
Big = Annotated[Any, Opaque]


class Row(Table):
    id: UserId


class Predictor(sdk.BasePredictor):
    def predict(
        self,
        image: Photo,
        images: Imgs,
        user: UserId,
        users: "typing.List[UserId]",
        seed: Seed,
        unit: Lit["a", "b"],
        row: Row,
        data: Big,
        messages: list[Annotated[Row, Opaque]],
        items: typing.Optional[list[Annotated[Row, Opaque]]] = None,
        secret: sdk.Secret = sdk.Input(default=None),
    ) -> abc.Iterator[UserId]:
        yield user
