"""Templates pooled by hand, IJB's lists read as they are handed on, and lists that cannot be."""

import numpy as np
import pytest

from tfface.evaluation import pool_templates, read_ijb, template_search, template_verification


def unit(rows):
    return np.asarray(rows) / np.linalg.norm(rows, axis=1, keepdims=True)


def test_pooling_by_hand():
    embeddings = np.array([[2, 0], [0, 1], [0, 3], [4, 4], [1, 0]], float)
    templates, media = [7, 7, 7, 3, 7], [1, 2, 2, 1, 1]
    by_length = pool_templates(embeddings, templates, media)
    assert by_length.ids.tolist() == [3, 7]
    # 7: medium 1 has the mean (1.5, 0), medium 2 (0, 2)
    np.testing.assert_allclose(by_length.embeddings, unit([[1, 1], [1.5, 2]]))
    plain = pool_templates(embeddings, templates, media, norm_weighting=False)
    np.testing.assert_allclose(plain.embeddings, unit([[1, 1], [1, 1]]))
    weighted = pool_templates(embeddings, templates, media, weights=[1, 1, 0, 1, 1], norm_weighting=False)
    np.testing.assert_allclose(weighted.embeddings, unit([[1, 1], [1, 0.5]]))
    alone = pool_templates(embeddings, templates)
    np.testing.assert_allclose(alone.embeddings, unit([[1, 1], [3, 4]]))


def test_one_medium_in_two_templates_is_two():
    pooled = pool_templates([[1, 0], [0, 1], [1, 0]], [1, 2, 2], media=[5, 5, 6])
    np.testing.assert_allclose(pooled.embeddings, unit([[1, 0], [1, 1]]))


def test_verification_of_templates():
    templates = pool_templates(np.eye(4) + 0.1 * np.arange(4), [10, 20, 30, 40])
    cosines = templates.embeddings @ templates.embeddings.T
    result = template_verification(templates, [10, 10, 20, 30], [20, 30, 40, 40], [1, 0, 1, 0], far=(0.5, 1.0))
    scores = cosines[[0, 0, 1, 2], [1, 2, 3, 3]]
    wins = [genuine > impostor for genuine in scores[[0, 2]] for impostor in scores[[1, 3]]]
    assert result.auc == np.mean(wins) and result.templates == 4
    assert "2 genuine, 2 impostor pairs" in repr(result) and result.figures()["tar@far=1"] == 1
    assert result.curves()["roc"]["far"][-1] == 1


def test_search_of_templates_in_two_galleries():
    first, second = pool_templates(np.eye(4)[:2], [1, 2]), pool_templates(np.eye(4)[2:], [3, 4])
    probes = pool_templates(np.eye(4) + 0.2 * np.random.default_rng(0).random((4, 4)), [5, 6, 7, 8])
    result = template_search(probes, ["a", "b", "c", "d"], [(first, ["a", "b"]), (second, ["c", "d"])], far=(0.5,))
    assert result.rank == {1: 1.0, 5: 1.0, 10: 1.0} and result.dir_at_far == {0.5: 1.0}
    assert "2 galleries: 2 mated probes among 2" in repr(result) and result.galleries[0].strangers == 2


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: pool_templates(np.eye(2), [1]), r"templates: expected shape \(2,\)"),
        (lambda: pool_templates(np.eye(2), [1, 2], media=[1]), "media: expected shape"),
        (lambda: pool_templates(np.eye(2), [1, 2], weights=[1, -1]), "weights: expected finite numbers of at least 0"),
        (lambda: pool_templates(np.full((2, 2), np.nan), [1, 2]), "embeddings: expected finite"),
        (lambda: pool_templates(np.eye(2), [1, 2]).rows([1, 5]), "templates: no images of 1 of 2, first 5"),
        (lambda: template_verification(pool_templates(np.eye(2), [1, 2]), [1], [2], [1]), "same: expected genuine and"),
        (lambda: template_verification(pool_templates(np.eye(2), [1, 2]), [1], [2], [1, 0]), "same: expected one for"),
    ],
)
def test_templates_that_cannot_be(call, message):
    with pytest.raises(ValueError, match=message):
        call()


LISTS = {
    "ijbc_face_tid_mid.txt": "1.jpg 1 69544\n2.jpg 1 69544\n3.jpg 7 80\n",
    "ijbc_name_5pts_score.txt": "".join(f"{i}.jpg {' '.join(f'{i}.{j}' for j in range(10))} 0.9{i}\n" for i in "123"),
    "ijbc_template_pair_label.txt": "1 7 0\n1 1 1\n",
    "ijbc_1N_gallery_G1.csv": "TEMPLATE_ID,SUBJECT_ID,FILENAME\n1,s1,img/1.jpg\n1,s1,img/2.jpg\n",
    "ijbc_1N_gallery_G2.csv": "TEMPLATE_ID,SUBJECT_ID,FILENAME\n7,s2,img/3.jpg\n",
    "ijbc_1N_probe_mixed.csv": "TEMPLATE_ID,SUBJECT_ID,FILENAME\n7,s2,img/3.jpg\n1,s1,img/1.jpg\n",
}  # fmt: skip


def write(folder, **changes):
    (folder / "meta").mkdir()
    for name, text in {**LISTS, **{f"ijbc_{key}": text for key, text in changes.items()}}.items():
        if text is not None:
            (folder / "meta" / name).write_text(text)
    return folder


def test_lists_as_they_are_handed_on(tmp_path):
    meta = read_ijb(write(tmp_path))
    assert (meta.name, meta.files, meta.images) == ("ijbc", ["1.jpg", "2.jpg", "3.jpg"], tmp_path)
    assert meta.templates.tolist() == [1, 1, 7] and meta.media.tolist() == [69544, 69544, 80]
    assert meta.landmarks.shape == (3, 5, 2) and meta.landmarks[1, 2].tolist() == [2.4, 2.5]
    assert meta.detector_scores.tolist() == [0.91, 0.92, 0.93]
    assert (meta.first.tolist(), meta.second.tolist(), meta.same.tolist()) == ([1, 1], [7, 1], [False, True])
    (ids, subjects), other = meta.galleries
    assert ids.tolist() == [1] and subjects.tolist() == ["s1"] and other[1].tolist() == ["s2"]
    assert meta.probes[0].tolist() == [1, 7] and meta.probes[1].tolist() == ["s1", "s2"]


def test_without_lists_for_search(tmp_path):
    meta = read_ijb(write(tmp_path, **{f"1N_{name}.csv": None for name in ("gallery_G1", "gallery_G2", "probe_mixed")}))
    assert meta.galleries == () and meta.probes is None


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"face_tid_mid.txt": None}, "expected ijbc_face_tid_mid.txt and the other lists of IJB, found none"),
        ({"template_pair_label.txt": None}, "ijbc_template_pair_label.txt"),
        ({"template_pair_label.txt": "1 7 x\n"}, r"ijbc_template_pair_label.txt: .*'x'"),
        ({"template_pair_label.txt": "1 7\n"}, "ijbc_template_pair_label.txt: expected 3 columns, got 2"),
        ({"face_tid_mid.txt": "1.jpg 1 1\n2.jpg one 1\n3.jpg 7 80\n"}, "ijbc_face_tid_mid.txt: .*'one'"),
        ({"face_tid_mid.txt": "9.jpg 1 1\n2.jpg 1 1\n3.jpg 7 80\n"}, "list other images"),
        ({"1N_gallery_G1.csv": "TEMPLATE_ID,SUBJECT_ID\n1\n"}, "ijbc_1N_gallery_G1.csv: expected lines of template"),
    ],
)
def test_lists_that_cannot_be_read_are_named(tmp_path, changes, message):
    with pytest.raises(ValueError, match=message):
        read_ijb(write(tmp_path, **changes))
