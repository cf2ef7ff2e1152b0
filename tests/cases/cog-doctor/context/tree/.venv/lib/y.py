from cog.types import Input
