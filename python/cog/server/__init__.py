"""The name under which an image starts its server: `python -m cog.server.http`."""
