"""How monitors tell what they found out about a model to whoever logs its training, without knowing who that is."""

import weakref
from collections.abc import Callable

_listeners: weakref.WeakKeyDictionary = weakref.WeakKeyDictionary()


def tell(model, entry: Callable) -> None:
    """Hands an entry to everyone who logs the model's training: it is called with each one's `Journal`."""
    for listener in tuple(_listeners.get(model, ())):
        listener.note(entry)


def listen(model, listener) -> None:
    """From now on `listener.note(entry)` is called with each entry about the model."""
    _listeners.setdefault(model, weakref.WeakSet()).add(listener)
