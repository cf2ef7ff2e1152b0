import a, predict
import os
os.popen("tree")
