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
        ("ab...,bc->ca...", 4, None, (4, 3, 2), {}),
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


def graph_layer_configurations():
    keras.utils.clear_session()
    n = None
    heavy = dict(
        kernel_regularizer=keras.regularizers.L2(0.25), bias_regularizer="l1", activity_regularizer=keras.regularizers.L1(0.5),
        kernel_constraint="non_neg", kernel_initializer="he_normal", bias_initializer="ones")
    write("graph_layer_configurations", configuration_cases([
        (L.EinsumDense("abc,cd->abd", (None, 7), bias_axes="d", activation="relu", **heavy), (n, n, 4)),
        (L.EinsumDense("...x,xy->...y", 7), (n, n, n, 4)), (L.EinsumDense("ab,bcd->acd", (3, 2), bias_axes="c"), (n, 4)),
    ]))


FAMILIES = [einsum_dense, einsum, graph_layer_configurations]


def make():
    for family in FAMILIES:
        family()


if __name__ == "__main__":
    for name in sys.argv[1:]:
        globals()[name]()
    write_index()
