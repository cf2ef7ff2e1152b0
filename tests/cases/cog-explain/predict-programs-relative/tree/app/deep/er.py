import shutil
x = shutil.which("sox")
