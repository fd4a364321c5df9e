"""Backbones: images in, embeddings out. A recipe may name each function of this package."""

from .applications import mobilenet as mobilenet
from .applications import resnet50 as resnet50
from .gabor import gabor as gabor
from .gabor import gabor_cnn as gabor_cnn
from .ghostfacenet import ghostfacenet as ghostfacenet
from .iresnet import iresnet18 as iresnet18
from .iresnet import iresnet34 as iresnet34
from .iresnet import iresnet50 as iresnet50
from .iresnet import iresnet100 as iresnet100
from .mobilefacenet import mobilefacenet as mobilefacenet
from .mobilefacenet import mobilefacenet_large as mobilefacenet_large
from .small_cnn import small_cnn as small_cnn
from .vit import vit_small as vit_small
from .vit import vit_tiny as vit_tiny
