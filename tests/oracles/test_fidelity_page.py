"""docs/fidelity.md names every loss, and for each all that it was compared with."""

import pytest
from fidelity_table import PAGE, cases_of, names_by_class, peers_of

import tfface

ROWS = {
    row.split("|")[1].strip(): row
    for row in PAGE.read_text(encoding="utf-8").partition("| loss |")[2].partition("\n\n")[0].splitlines()[2:]
}


def test_every_name_of_the_registry_has_a_row():
    assert {name for names in ROWS for name in names.replace("`", "").split(", ")} == set(tfface.losses.names())


@pytest.mark.parametrize(
    "cls, names", names_by_class().items(), ids=lambda value: value[0] if type(value) is list else ""
)
def test_a_row_names_all_that_the_loss_was_compared_with(cls, names):
    row = ROWS[", ".join(f"`{name}`" for name in names)]
    assert cases_of(cls), "no float64 reference"
    assert all(who in row for who, *_ in peers_of(cls))
