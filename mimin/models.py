"""Django looks for models here; each package keeps its own."""

from mimin.desk.models import *  # noqa: F403
from mimin.evidence.models import *  # noqa: F403
from mimin.inbox.models import *  # noqa: F403
from mimin.outbox.models import *  # noqa: F403
from mimin.people.models import *  # noqa: F403
from mimin.policy.models import *  # noqa: F403
from mimin.portal.models import *  # noqa: F403
from mimin.registry.models import *  # noqa: F403
