"""Where CancelationException was before cog 0.17."""

from cog.deprecated import warn
from cog.exceptions import CancelationException as CancelationException

warn(__name__)
