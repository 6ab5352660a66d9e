from hypothesis import given
from hypothesis import strategies as st

from app_pages.view import (
    FIRST_SWITCHES,
    LANGUAGES,
    LEVELS,
    MINUTES,
    MODES,
    SCOPES,
    SWITCHES,
    TOPICS,
    View,
)
from gis.core.schemas import YEARS

DEGREES = st.floats(-180, 180).map(lambda degrees: round(degrees, 5) + 0.0)


def _in_order(switches: list[str]) -> tuple[str, ...]:
    return tuple(switch for switch in SWITCHES if switch in switches)


VIEWS = st.builds(
    View,
    language=st.sampled_from(LANGUAGES),
    year=st.sampled_from(YEARS),
    mode=st.sampled_from(MODES),
    minutes=st.sampled_from([(30,), (60,), MINUTES]),
    on=st.lists(st.sampled_from(SWITCHES), unique=True).map(_in_order),
    at=st.none() | st.tuples(DEGREES, DEGREES),
    goal=st.sampled_from(["", "G-T01"]),
    reading=st.sampled_from(["", "B"]),
    zone=st.just(""),
    topic=st.sampled_from(TOPICS),
    measure=st.sampled_from(["people_60", "centre_time"]),
    level=st.sampled_from(LEVELS),
    scope=st.sampled_from(SCOPES),
    peak=st.booleans(),
    network=st.sampled_from(["", "浙北-1a2b3c"]),
    camera=st.none() | st.tuples(DEGREES, DEGREES, st.floats(5, 13)),
)


@given(VIEWS)
def test_the_address_holds_the_whole_view(view: View) -> None:
    assert View.from_query(view.to_query()) == view


@given(st.dictionaries(st.sampled_from(["year", "mode", "at", "map", "on", "lang"]), st.text()))
def test_any_address_gives_a_view(query: dict[str, str]) -> None:
    view = View.from_query(query)
    assert view.year in YEARS
    assert view.mode in MODES
    assert set(view.on) <= set(SWITCHES)


def test_the_first_view_needs_no_parameters() -> None:
    assert View().to_query() == {}
    assert View.from_query({}).on == FIRST_SWITCHES


def test_all_layers_off_is_not_the_default() -> None:
    assert View.from_query({"on": ""}).on == ()


def test_coordinates_that_are_no_numbers_are_ignored() -> None:
    assert View.from_query({"at": "120.1,nan"}).at is None
    assert View.from_query({"at": "120.1,30.2,1"}).at is None
    assert View.from_query({"at": "520.1,30.2"}).at is None


def test_a_click_closes_the_goal_and_a_switch_keeps_it() -> None:
    view = View(goal="G-T01", reading="B", at=(120.0, 30.0))
    state = {"year": 2035, "mode": "transit", "minutes": [60], "on": ["rail"], "seq": 7}
    switched = view.changed_on_map(state)
    assert (switched.goal, switched.at, switched.seq) == ("G-T01", (120.0, 30.0), 7)
    assert (switched.year, switched.mode, switched.minutes) == (2035, "transit", (60,))
    clicked = view.changed_on_map(state | {"at": [121.0, 29.5]})
    assert (clicked.goal, clicked.reading, clicked.at) == ("", "", (121.0, 29.5))
