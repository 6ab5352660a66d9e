from collections.abc import Iterable
from pathlib import Path

import pytest

from gis.catalogue.catalogue import Catalogue, load_catalogue
from gis.catalogue.clauses import ClauseRow
from gis.catalogue.tables import KEY_WORDS_LIMIT
from gis.core.errors import InputError
from gis.core.paths import seeds_dir
from tests.catalogue.conftest import Edit


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue()


def clause_rows(catalogue: Catalogue) -> Iterable[ClauseRow]:
    yield from catalogue.zones
    yield from catalogue.projects
    yield from catalogue.tasks
    yield from catalogue.corridors
    yield from catalogue.demonstration_projects


def has_han(text: str) -> bool:
    return any("\u4e00" <= letter <= "\u9fff" for letter in text)


def test_tables_are_complete(catalogue: Catalogue) -> None:
    assert (
        len(catalogue.documents),
        len(catalogue.zones),
        len(catalogue.projects),
        len(catalogue.goals),
        len(catalogue.tasks),
        len(catalogue.corridors),
        len(catalogue.demonstration_projects),
    ) == (5, 189, 122, 91, 307, 62, 28)


def test_no_quotation_is_longer_than_thirty_characters(catalogue: Catalogue) -> None:
    quotes = [row.key_words for row in clause_rows(catalogue)]
    quotes += [goal.key_words for goal in catalogue.goals]
    assert max(len(quote) for quote in quotes) <= KEY_WORDS_LIMIT == 30


def test_every_row_of_a_document_cites_clause_and_words(catalogue: Catalogue) -> None:
    for row in clause_rows(catalogue):
        assert bool(row.document_id) == bool(row.key_words) == bool(row.clause_heading), row.id
        assert len(row.clause_heading) <= KEY_WORDS_LIMIT, row.id


def test_every_row_is_named_in_both_languages(catalogue: Catalogue) -> None:
    for row in clause_rows(catalogue):
        assert has_han(row.name_zh), row.id
        assert not has_han(row.name_en), row.id


def test_every_document_is_used(catalogue: Catalogue) -> None:
    for document in catalogue.documents:
        assert any(row.document_id == document.id for row in catalogue.tasks), document.id
        assert any(goal.document_id == document.id for goal in catalogue.goals), document.id


def test_sources_of_all_areas_are_read_together(catalogue: Catalogue) -> None:
    files = {path.stem for path in (seeds_dir() / "sources").glob("*.csv")}
    assert "catalogue" in files
    assert {source.id for source in catalogue.sources} >= {"SRC-CAT-DOCUMENTS"}
    assert len(catalogue.sources) > len(files)


@pytest.mark.parametrize(
    ("change", "where"),
    [
        (
            ("demonstration_projects.csv", ",T034,", ",T999,"),
            "demonstration_projects.csv row DP-1.1 column task_id",
        ),
        (
            ("demonstration_projects.csv", ",P-ALNB,", ",P-ALXX,"),
            "demonstration_projects.csv row DP-2.1 column zone_ids",
        ),
        (("corridors.csv", ",W-CX,", ",W-CXX,"), "corridors.csv row C-I01 column zone_ids"),
        (
            ("documents.yaml", "- id: D-003", "- id: D-033"),
            "goals.yaml goal G-T03 field document_id",
        ),
        (
            ("goals.yaml", "projects: [ROAD-01]", "projects: [ROAD-91]"),
            "goals.yaml goal G-M01 reading A field projects",
        ),
    ],
)
def test_a_reference_to_nothing_is_named(
    seeds: Path, edit: Edit, change: tuple[str, str, str], where: str
) -> None:
    edit(*change)
    with pytest.raises(InputError) as caught:
        load_catalogue(seeds)
    assert where in {problem.where for problem in caught.value.problems}
    assert {problem.key for problem in caught.value.problems} == {"error.id_unknown"}


def test_faults_of_several_tables_come_together(seeds: Path, edit: Edit) -> None:
    edit("tasks.csv", "T001,合作地政府轮流牵头的联席会议,", "T001,,")
    edit("documents.yaml", "horizon_year: 2027", "horizon_year: soon")
    (seeds / "corridors.csv").unlink()
    with pytest.raises(InputError) as caught:
        load_catalogue(seeds)
    places = [problem.where for problem in caught.value.problems]
    assert places[0] == "documents.yaml document D-003 field horizon_year"
    assert places[1] == "tasks.csv row 2 column name_zh"
    assert places[2].endswith("corridors.csv")
    assert len(places) == 3


def test_a_source_id_used_in_two_files_is_told(seeds: Path) -> None:
    first = (seeds / "sources" / "catalogue.csv").read_text(encoding="utf-8").splitlines()[:2]
    (seeds / "sources" / "zz.csv").write_text("\n".join(first) + "\n", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        load_catalogue(seeds)
    assert [problem.where for problem in caught.value.problems] == ["sources/zz.csv row 2"]
