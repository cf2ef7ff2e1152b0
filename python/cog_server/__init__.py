"""The HTTP server of a model's image, run by /opt/cog's Python; the model runs in a worker under
the user's Python.
"""
