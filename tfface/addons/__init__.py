"""The metric-learning losses of tensorflow-addons under their old names: same arguments, same values."""

from .contrastive import ContrastiveLoss as ContrastiveLoss
from .contrastive import contrastive_loss as contrastive_loss
from .lifted_struct import LiftedStructLoss as LiftedStructLoss
from .lifted_struct import lifted_struct_loss as lifted_struct_loss
from .npairs import NpairsLoss as NpairsLoss
from .npairs import npairs_loss as npairs_loss
from .npairs_multilabel import NpairsMultilabelLoss as NpairsMultilabelLoss
from .npairs_multilabel import npairs_multilabel_loss as npairs_multilabel_loss
from .triplet_hard import TripletHardLoss as TripletHardLoss
from .triplet_hard import triplet_hard_loss as triplet_hard_loss
from .triplet_semihard import TripletSemiHardLoss as TripletSemiHardLoss
from .triplet_semihard import triplet_semihard_loss as triplet_semihard_loss

# For `keras.models.load_model(path, custom_objects=...)` of a model that was compiled with tensorflow-addons.
CUSTOM_OBJECTS = {
    f"Addons>{was.__name__}": was
    for was in (
        *(ContrastiveLoss, LiftedStructLoss, NpairsLoss, NpairsMultilabelLoss, TripletHardLoss, TripletSemiHardLoss),
        *(contrastive_loss, lifted_struct_loss, npairs_loss, npairs_multilabel_loss),
        *(triplet_hard_loss, triplet_semihard_loss),
    )
}
