"""Imports of large libraries: one thread at a time."""

import threading

from gonogo.core.importing import alone


def test_a_second_thread_waits_for_the_first() -> None:
    said: list[str] = []
    inside, may_go = threading.Event(), threading.Event()

    def first() -> None:
        with alone():
            inside.set()
            may_go.wait(10)
            said.append("first")

    def second() -> None:
        with alone():
            said.append("second")

    threads = [threading.Thread(target=first), threading.Thread(target=second)]
    threads[0].start()
    inside.wait(10)
    threads[1].start()
    assert not said
    may_go.set()
    for thread in threads:
        thread.join(10)
    assert said == ["first", "second"]


def test_one_thread_may_nest_it() -> None:
    with alone(), alone():
        pass
