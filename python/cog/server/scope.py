"""Where current_scope was before cog 0.17."""

from cog.deprecated import emit_metric as emit_metric
from cog.deprecated import warn
from cog.scope import Scope as Scope
from cog.scope import current_scope as current_scope

warn(__name__)
