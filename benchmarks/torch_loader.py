"""The same batches from a PyTorch DataLoader, as its documentation makes them: Pillow in worker processes."""

import random

import numpy as np
import torch
from PIL import Image
from torch.utils.data import DataLoader, Dataset


class Faces(Dataset):
    """Images of files: decoded, mirrored half of the time, `(x − 127.5) / 128`, channels first."""

    def __init__(self, paths, labels, flip):
        self.paths, self.labels, self.flip = paths, labels, flip

    def __len__(self):
        return len(self.paths)

    def __getitem__(self, row):
        with Image.open(self.paths[row]) as file:
            image = file.convert("RGB")
        if self.flip and random.random() < 0.5:
            image = image.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
        pixels = torch.from_numpy(np.array(image)).permute(2, 0, 1)
        return pixels.float().sub_(127.5).div_(128.0), self.labels[row]


def batches(paths, labels, batch_size, workers, flip):
    """Batches without an end. Workers are started anew (not forked): TensorFlow's threads would not survive a fork."""
    options = {"num_workers": workers, "multiprocessing_context": "spawn", "persistent_workers": True}
    loader = DataLoader(Faces(paths, labels, flip), batch_size, shuffle=True, drop_last=True, **options)
    while True:
        yield from loader
