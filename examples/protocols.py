"""Judges two ways of comparing faces by the field's protocols, and asks whether the difference is luck.

Eigenfaces (1991) are compared by the cosine, and by Joint Bayesian (2012), on ten people of ORL that neither has seen.
Writes `roc.png`, or the name given.

    python examples/protocols.py roc.png
"""

import sys

import numpy as np

import tfface


def main(path="roc.png"):
    evaluation = tfface.evaluation
    known, unknown = tfface.data.orl().split(30)  # Samaria and Harter, 1994
    pixels = [faces.images(size=(28, 23), channels=1).reshape(len(faces), -1) / 255 for faces in (known, unknown)]
    pca = evaluation.PCA.fit(pixels[0], 60)
    eigenfaces = [pca.transform(points) for points in pixels]
    bayes = evaluation.JointBayesian.fit(eigenfaces[0], known.labels)

    pairs = tfface.data.verification_pairs(unknown.labels)
    first, second = eigenfaces[1][pairs.first], eigenfaces[1][pairs.second]
    people = unknown.labels[np.stack([pairs.first, pairs.second], axis=1)]
    cosine = evaluation.verification(first, second, pairs.same, far=[0.1], people=people)
    ratios = -bayes.score(first, second)
    ratio = evaluation.verification_from_distances(ratios, pairs.same, far=[0.1], thresholds=None, people=people)
    print(f"cosine:         {cosine}\njoint Bayesian: {ratio}")

    compared = evaluation.compare_models(cosine, ratio)
    difference, (low, high) = compared.difference["auc"], compared.interval["auc"]
    print(f"AUC {difference:+.3f}, 95 % between {low:+.3f} and {high:+.3f}, p = {compared.p_value['auc']:.3f}")
    print(evaluation.retrieval(eigenfaces[1], unknown.labels))
    print(evaluation.all_pairs(eigenfaces[1], unknown.labels, far=[1e-2], curve=True))
    ratio.plot().savefig(path)
    print(path)


if __name__ == "__main__":
    main(*sys.argv[1:])
