"""Where the authors' own code comes from, and how a class of it is loaded from a checkout."""

import sys
from importlib import import_module
from types import ModuleType

# Repository → the commit that was read.
SOURCES = {
    "deepinsight/insightface": "7fadd420c2351d0ffa8cac403421c1a3ed733365",
    "mk-minchul/AdaFace": "c60eaa786a42c03444f3df7096dbaf9d57ae010d",
    "fdbtrs/ElasticFace": "5496ec0643bfdcd5e6b53b885aa4e919e26ce442",
    "ydwen/opensphere": "a679e82032455941932e23e3d3cbab6b8c07e3d4",
    "CVI-SZU/UniFace": "00ade47075e26f24a96a1db718046b9af5f068ea",
    "IrvingMeng/MagFace": "99bae614ac2643b9694bf18e0c5645272ff6acfa",
    "HuangYG123/CurricularFace": "68c8727fb7cd2243ecbfd7e09c35efc87c6e2de4",
    "4uiiurz1/pytorch-adacos": "35c086cc07087657595e1d10eaddefb3b3a46f35",
    "xiaoboCASIA/SV-X-Softmax": "89b536d4001442453f39021ce4b91a5fb43b3354",
    "TinyZeaMays/CircleLoss": "d002ecd0c7e395f6e39bf8a2a96fd05b83afa93f",
    "JDAI-CV/FaceX-Zoo": "16b793a7564a4b9308cf94e62bdb2ffacb3a725a",
    "limxuanyu127/seesawfacenet_pytorch": "d975f12cb48b53508ca7ea42c5b0b459eb73a2bc",
    "jxgu1016/MNIST_center_loss_pytorch": "4e94cc77fe94056a7f1f081fcaf0325781ba0224",
    "KaiyangZhou/pytorch-center-loss": "082ffa21c065426843f26129be51bb1cfd554806",
    "Chen94yue/RangeLoss-Pytorch-ReID": "5a7c24afe5d4a2602f18efe11e4b7fd5c31a0ddc",
    "HobbitLong/SupContrast": "66a8fe53880d6a1084b2e4e0db0a019024d6d41a",
    "idstcv/SoftTriple": "cc1c32d2f93acc714aebadb07c6760d0195369a3",
    "msight-tech/research-ms-loss": "b68507d4e22d8a6d3d3c0e6c31be708f9dcd20ee",
}


def load(folder, repository, name):
    """A class, `package.module.Class`, of a repository, whose checkout is in the folder under the repository's name."""
    root = folder / repository.partition("/")[2]
    module, _, cls = name.rpartition(".")
    *packages, _ = module.split(".")
    # Repositories give their modules the same names.
    for known in [known for known in sys.modules if known.partition(".")[0] == module.partition(".")[0]]:
        del sys.modules[known]
    # Of the packages above it only the place is of use: to run them would take all that the repository needs.
    for depth in range(1, len(packages) + 1):
        package = ".".join(packages[:depth])
        sys.modules[package] = ModuleType(package)
        sys.modules[package].__path__ = [str(root.joinpath(*packages[:depth]))]
    sys.path.insert(0, str(root))
    try:
        return getattr(import_module(module), cls)
    finally:
        sys.path.remove(str(root))
