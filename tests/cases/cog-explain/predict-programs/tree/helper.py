from lib import video
