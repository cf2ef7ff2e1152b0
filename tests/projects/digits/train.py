"""Trains a forest on the digits that scikit-learn brings, and writes it to weights/forest.joblib."""

import pathlib

import joblib
from sklearn.datasets import load_digits
from sklearn.ensemble import ExtraTreesClassifier

pixels, digits = load_digits(return_X_y=True)
forest = ExtraTreesClassifier(n_estimators=60, random_state=0).fit(pixels, digits)
pathlib.Path("weights").mkdir(exist_ok=True)
joblib.dump(forest, "weights/forest.joblib")
