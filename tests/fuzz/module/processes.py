import subprocess as sp
from os import (system as s,
    popen)
cmd = ["ffmpeg", "-i", f"{path!r:>{width}}", *rest]
sp.run(args=cmd + [shutil.which('x')], check=True)
s('a' "b" r'\c' + d); popen(('''e
f''')); asyncio.create_subprocess_exec("g")
