"""The conversation, apart from what is said in it."""

from .base import Chat as Chat
from .message import Message as Message
