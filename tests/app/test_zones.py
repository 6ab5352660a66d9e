import pytest
from streamlit.testing.v1 import AppTest

from app_pages import zones

SECONDS = 120


def _page() -> None:
    from app_pages import zones

    zones.show()


def test_members_are_listed_once_and_in_order() -> None:
    assert zones.member_ids("T1;T2;T1;") == ["T1", "T2"]
    assert zones.member_ids(float("nan")) == []


def test_a_zone_shows_its_townships_its_tasks_and_its_stated_area(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(zones, "_map_link", lambda *_: None)
    app = AppTest.from_function(_page, default_timeout=SECONDS).run()
    assert not app.exception, app.exception
    shown = "\n".join(str(element.proto.body) for element in app.get("html"))
    labels = [expander.label for expander in app.expander]
    assert any(label.startswith("所含乡镇、街道 18 个") for label in labels)
    assert any(label.startswith("涉及本区的任务") for label in labels)
    assert "文件所载 550 平方公里" in shown
    assert "联合办公室与工作专班" in shown
