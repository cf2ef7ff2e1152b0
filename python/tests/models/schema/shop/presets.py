"""Inputs that more than one model has."""

from cog import Input

FORMATS = ["webp", "jpg", "png"]


def quality():
    return Input(description="Quality", default=80, ge=0, le=100)


def output_format(default):
    return Input(description=f"One of {', '.join(FORMATS)}", choices=FORMATS, default=default)
