"""Layers and functions of graphs: einsum and what is made of it. One family is made anew by `python graph_layers.py einsum`."""

import sys

from common import *
from layers import case
from more_layers import configuration_cases

L = keras.layers


def einsum_dense():
    cases = []
    for equation, output, bias_axes, shape, options in [
        ("ab,bc->ac", 4, "c", (3, 5), dict(activation="relu")),
        ("ab,bc->ac", 4, None, (3, 5), {}),
        ("abc,cd->abd", (None, 4), "d", (2, 3, 5), {}),
        ("abc,cd->abd", (3, 4), "bd", (2, 3, 5), {}),
        ("abc,cde->abde", (None, 2, 3), "de", (2, 3, 4), {}),
        ("abcd,cde->abe", (None, 5), "e", (2, 3, 2, 3), dict(activation="tanh")),
        ("abc,bcd->ad", 3, "d", (2, 3, 4), {}),
        ("abc,cbd->adb", (4, 3), "d", (2, 3, 2), {}),
        ("abc,dc->adb", (4, 3), "db", (2, 3, 5), {}),
        ("abc,c->abc", (None, 4), "c", (2, 3, 4), {}),
        ("abc,b->abc", (3, 4), "b", (2, 3, 4), {}),
        ("ab,c->abc", (4, 3), "bc", (2, 4), {}),
        ("ab,bcd->adc", (3, 2), "c", (2, 4), {}),
        ("...x,xy->...y", 4, "y", (2, 3, 5), {}),
        ("...x,xy->...y", 4, "y", (2, 2, 3, 5), {}),
        ("...x,xy->...y", 4, "y", (3, 5), {}),
        ("...bc,bcd->...db", (4, 2), "d", (2, 3, 2, 3), {}),
        ("ab...,bc->ac...", 4, "c", (2, 3, 5, 2), {}),
        ("abc...,cd->adb...", (4, 3), "d", (2, 3, 4, 2), {}),
    ]:
        name = f"{equation} of {shape}, bias {bias_axes}"
        cases.append(case(name, L.EinsumDense(equation, output, bias_axes=bias_axes, **options), shape))
    write("einsum_dense", cases)


def einsum():
    """Random equations, by NumPy."""
    cases = []
    letters = "ijklmnABC"
    fixed = [
        ("ij,jk->ik", [(2, 3), (3, 4)]), ("ij,kj->ik", [(2, 3), (4, 3)]), ("ji,jk->ki", [(3, 2), (3, 4)]),
        ("ij,jk", [(2, 3), (3, 4)]), ("ba", [(2, 3)]), ("ii", [(3, 3)]), ("ii->i", [(3, 3)]), ("iij->j", [(2, 2, 3)]),
        ("iii->i", [(3, 3, 3)]), ("iijj->ij", [(2, 2, 3, 3)]), ("ij->", [(2, 3)]), ("i,j->ij", [(2,), (3,)]),
        ("i,i->", [(4,), (4,)]), ("i,i->i", [(4,), (4,)]), ("bij,bjk->bik", [(2, 3, 4), (2, 4, 2)]),
        ("aecd,abcd->acbe", [(2, 3, 2, 4), (2, 5, 2, 4)]), ("acbe,aecd->abcd", [(2, 2, 3, 4), (2, 4, 2, 5)]),
        ("...ij,...jk->...ik", [(2, 1, 3, 4), (5, 4, 2)]), ("...,...", [(2, 1), (3,)]), ("i...,i...->...", [(2, 3), (2, 1)]),
        ("...i->i...", [(2, 3, 4)]), ("...ii->...i", [(2, 3, 3)]), ("i...j,j->...i", [(2, 3, 4), (4,)]),
        ("ij,jk,kl->il", [(2, 3), (3, 4), (4, 2)]), ("ij,jk,ki->", [(2, 3), (3, 4), (4, 2)]),
        ("ab,ac,ad->abcd", [(2, 3), (2, 2), (2, 4)]), ("a,b,c->cab", [(2,), (3,), (4,)]), (",ij->ji", [(), (2, 3)]),
        ("abc,cd,def->abef", [(2, 3, 4), (4, 2), (2, 3, 2)]), ("...a,...b,ab->...", [(2, 3), (2, 4), (3, 4)]),
        ("ab,b,a->", [(3, 4), (4,), (3,)]), ("ijk,ijl->", [(2, 3, 2), (2, 3, 4)]), ("ab,cd->", [(2, 3), (2, 2)]),
        ("a b , b c -> a c", [(2, 3), (3, 4)]), ("ij,jk->ik", [(0, 3), (3, 2)]), ("ij,jk->ik", [(2, 0), (0, 2)]),
    ]
    for index, (equation, shapes) in enumerate(fixed):
        draw = Draw(f"einsum {equation} {index}")
        add_einsum(cases, equation, [draw.normal(shape) for shape in shapes])
    for index in range(60):
        draw = Draw(f"einsum {index}")
        rng = draw.generator
        extents = {letter: int(rng.integers(1, 4)) for letter in letters}
        elided = [int(rng.integers(1, 4)) for _ in range(2)]
        terms, shapes = [], []
        for _ in range(int(rng.integers(1, 5))):
            own = list(rng.choice(list(letters), size=int(rng.integers(0, 4)), replace=index % 3 == 0))
            shape = [extents[letter] for letter in own]
            if index % 2 and rng.integers(2):
                place = int(rng.integers(0, len(own) + 1))
                some = elided[2 - int(rng.integers(0, 3)):]
                some = [extent if rng.integers(2) else 1 for extent in some]
                own.insert(place, "...")
                shape[place:place] = some
            terms.append("".join(own))
            shapes.append(shape)
        equation = ",".join(terms)
        if rng.integers(4):
            known = sorted(set("".join(terms)) - {"."})
            rng.shuffle(known)
            result = known[:int(rng.integers(0, len(known) + 1))]
            if "." in equation:
                result.insert(int(rng.integers(0, len(result) + 1)), "...")
            equation += "->" + "".join(result)
        add_einsum(cases, equation, [draw.normal(shape) for shape in shapes])
    write("einsum", cases)


def add_einsum(cases, equation, operands):
    result = np.einsum(equation, *[x.astype(np.float64) for x in operands])
    cases.append({
        "name": f"{equation} of {[list(x.shape) for x in operands]}", "equation": equation,
        "operands": [tensor(x) for x in operands], "result": tensor(result.astype(np.float32)),
    })


def spectral_normalization():
    cases = []
    for name, layer, shape in [
        ("dense", L.Dense(4), (3, 5)), ("dense sequence", L.Dense(3, activation="tanh"), (2, 3, 4)),
        ("conv2d", L.Conv2D(3, 2), (1, 4, 4, 2)), ("conv1d", L.Conv1D(2, 3, padding="same"), (2, 5, 3)),
        ("einsum", L.EinsumDense("abc,cd->abd", (None, 3), bias_axes="d"), (2, 3, 4)),
    ]:
        for training in [False, True]:
            for iterations in [1, 3]:
                if iterations == 3 and not training:
                    continue
                cases.append(case(
                    f"spectral normalization of {name}, {iterations} iterations, training {training}",
                    L.SpectralNormalization(type(layer).from_config(layer.get_config()), iterations), shape,
                    training=training))
    write("spectral_normalization", cases)


def reversible_embedding():
    """Both ways through one table: words [samples, 3] to rows, rows to a number for each word."""
    cases = []
    for tie in [True, False]:
        for cap in [None, 2.0]:
            draw = Draw(f"reversible {tie} {cap}")
            layer = L.ReversibleEmbedding(7, 4, tie_weights=tie, logit_soft_cap=cap, mask_zero=True)
            words = draw.integers((2, 3), 0, 7)
            rows = draw.normal((2, 3, 4))
            layer.build((None, 3))
            randomize(layer, draw)
            cases.append({
                "name": f"tied {tie}, cap {cap}", "layer": layer_config(layer), "weights": weights(layer),
                "words": tensor(words), "rows": tensor(rows), "embedded": tensor(layer(words).numpy()),
                "logits": tensor(layer(rows, reverse=True).numpy()),
            })
    write("reversible_embedding", cases)


def graph_layer_configurations():
    keras.utils.clear_session()
    n = None
    heavy = dict(
        kernel_regularizer=keras.regularizers.L2(0.25), bias_regularizer="l1", activity_regularizer=keras.regularizers.L1(0.5),
        kernel_constraint="non_neg", kernel_initializer="he_normal", bias_initializer="ones")
    write("graph_layer_configurations", configuration_cases([
        (L.EinsumDense("abc,cd->abd", (None, 7), bias_axes="d", activation="relu", **heavy), (n, n, 4)),
        (L.SpectralNormalization(L.Dense(3, activation="relu"), power_iterations=2), (n, n, 4)),
        (L.SpectralNormalization(L.Conv2D(3, 2)), (n, n, 5, 4)),
        (L.ReversibleEmbedding(7, 3, tie_weights=False, mask_zero=True, logit_soft_cap=2.5, embeddings_regularizer="l2"), (n, n)),
        (L.EinsumDense("...x,xy->...y", 7), (n, n, n, 4)), (L.EinsumDense("ab,bcd->acd", (3, 2), bias_axes="c"), (n, 4)),
    ]))


FAMILIES = [einsum_dense, einsum, spectral_normalization, reversible_embedding, graph_layer_configurations]


def make():
    for family in FAMILIES:
        family()


if __name__ == "__main__":
    for name in sys.argv[1:]:
        globals()[name]()
    write_index()
