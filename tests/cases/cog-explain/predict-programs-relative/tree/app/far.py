from subprocess import Popen
y = Popen(["pdftoppm", "-v"])
