"""Installs a model's packages: what runs in the steps of a build, by the Python of the image.

A folder that is run, not a package that is installed: python FOLDER COMMAND. Only the standard
library, and nothing of it that is slow to import, because a step may take less than a second.
"""
