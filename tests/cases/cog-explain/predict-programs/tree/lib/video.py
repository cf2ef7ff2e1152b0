import subprocess as sp


def cut(path):
    sp.run(f"ffmpeg -i {path} out.mp4", shell=True)
