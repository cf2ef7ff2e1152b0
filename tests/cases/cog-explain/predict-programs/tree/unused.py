import os
os.system("wget x")
