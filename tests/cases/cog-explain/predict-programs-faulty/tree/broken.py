def (:
  os.system("git pull
