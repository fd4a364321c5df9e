"""Sets of faces out: in the formats of peers, or in shards for ourselves."""

from .rec import write_rec
from .tfrecord import write_tfrecord
from .verification_bin import write_bin

__all__ = ["write_bin", "write_rec", "write_tfrecord"]
