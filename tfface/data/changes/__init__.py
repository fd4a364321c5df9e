"""Changes of a batch of images in vectorised TensorFlow, each image in its own way: what `Augment` and `Views` share.

All take float32 (B, H, W, C), pixels 0..255, C 1 or 3, and give the same; shapes are static and do not depend on
values, so they run in a tf.data pipeline and on a GPU alike.
"""
