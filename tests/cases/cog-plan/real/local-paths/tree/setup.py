from setuptools import setup

setup(name="here")
