"""The field's protocols in NumPy: verification, identification, templates, retrieval, clustering."""

from .all_pairs import AllPairsResult, all_pairs
from .angles import ClassAngles, class_angles
from .backends import PCA, JointBayesian, joined
from .calibration import Calibration, CalibrationResult, calibrate, calibration
from .clustering import ClusteringResult, clustering, compare_clusters
from .comparison import ComparisonResult, compare_models, mcnemar
from .distractors import DistractorResult, distractors
from .embed import embed, flip_name
from .fingerprint import Fingerprint, digest
from .groups import GroupResult, by_group, verification_by_group
from .identification import IdentificationResult, identification, leave_one_out
from .ijb import IjbMetadata, read_ijb
from .neighbors import knn_accuracy
from .open_set import OpenSetResult, open_set
from .protocol import PairsProtocol, Protocol
from .retrieval import RetrievalResult, retrieval
from .roc import Roc
from .spread import active_triplets, effective_rank, embedding_spread, pair_distances
from .template_pooling import Templates, pool_templates
from .templates import TemplateResult, TemplateSearchResult, template_search, template_verification
from .verification import (
    VerificationResult,
    verification,
    verification_from_distances,
)
from .whitening import whitened

__all__ = [
    "PCA",
    "AllPairsResult",
    "Calibration",
    "CalibrationResult",
    "ClassAngles",
    "ClusteringResult",
    "ComparisonResult",
    "DistractorResult",
    "Fingerprint",
    "GroupResult",
    "IdentificationResult",
    "IjbMetadata",
    "JointBayesian",
    "OpenSetResult",
    "PairsProtocol",
    "Protocol",
    "RetrievalResult",
    "Roc",
    "TemplateResult",
    "TemplateSearchResult",
    "Templates",
    "VerificationResult",
    "active_triplets",
    "all_pairs",
    "by_group",
    "calibrate",
    "calibration",
    "class_angles",
    "clustering",
    "compare_clusters",
    "compare_models",
    "digest",
    "distractors",
    "effective_rank",
    "embed",
    "embedding_spread",
    "flip_name",
    "identification",
    "joined",
    "knn_accuracy",
    "leave_one_out",
    "mcnemar",
    "open_set",
    "pair_distances",
    "pool_templates",
    "read_ijb",
    "retrieval",
    "template_search",
    "template_verification",
    "verification",
    "verification_by_group",
    "verification_from_distances",
    "whitened",
]
