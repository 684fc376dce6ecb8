import warnings

import joblib
import numpy as np
import pytest
from estimation.worker_tasks import broken, draw, threads

from scrm_model.errors import ArgumentError
from scrm_model.estimation.workers import blocks_of, child, run_blocks, seed_sequence


def numbers(n_jobs=None, total=103, size=10, seed=1):
    done = run_blocks(draw, blocks_of(total, size, seed_sequence(seed)), n_jobs=n_jobs)
    assert not done.interrupted
    return np.concatenate(done.results)


def test_blocks_cover_the_work():
    blocks = blocks_of(103, 10, seed_sequence(1), what="n")
    assert [b.first for b in blocks] == list(range(0, 103, 10))
    assert [b.size for b in blocks] == [10] * 10 + [3]
    assert {b.what for b in blocks} == {"n"}
    assert len({b.seed.spawn_key for b in blocks}) == 11


def test_any_number_of_workers_gives_the_same_numbers():
    one = numbers()
    assert len(one) == 103
    np.testing.assert_array_equal(one, numbers(n_jobs=1))
    np.testing.assert_array_equal(one, numbers(n_jobs=2))
    with joblib.parallel_config(backend="threading", n_jobs=2):
        np.testing.assert_array_equal(one, numbers())
    assert not np.array_equal(one, numbers(seed=2))


def test_more_work_begins_with_the_same_numbers():
    np.testing.assert_array_equal(numbers(total=200)[:100], numbers()[:100])


def test_a_child_depends_on_its_key_alone():
    root = seed_sequence(5)
    root.spawn(3)
    again = seed_sequence(5)
    assert (
        child(root, 7, 2).generate_state(2).tolist()
        == child(again, 7, 2).generate_state(2).tolist()
    )
    assert child(root, 7).generate_state(2).tolist() != child(root, 8).generate_state(2).tolist()
    given = np.random.SeedSequence(5)
    assert seed_sequence(given).generate_state(1) == given.generate_state(1)
    assert seed_sequence(None).entropy != seed_sequence(None).entropy


def test_linear_algebra_has_one_thread():
    assert set(run_blocks(threads, blocks_of(2, 1, seed_sequence(1))).results) == {1}
    assert set(run_blocks(threads, blocks_of(2, 1, seed_sequence(1)), n_jobs=2).results) == {1}


def stopping(block):
    if block.first >= 30:
        raise KeyboardInterrupt
    return block.first


def test_ctrl_c_keeps_what_is_done():
    done = run_blocks(stopping, blocks_of(100, 10, seed_sequence(1)))
    assert done.interrupted
    assert done.results == [0, 10, 20]


def at_once(block):
    raise KeyboardInterrupt


def test_ctrl_c_before_anything_is_done():
    with pytest.raises(KeyboardInterrupt):
        run_blocks(at_once, blocks_of(10, 10, seed_sequence(1)))


@pytest.mark.parametrize("n_jobs", [None, 2])
def test_other_errors_are_not_hidden(n_jobs):
    with pytest.raises(ZeroDivisionError, match="a bug"):
        run_blocks(broken, blocks_of(20, 10, seed_sequence(1)), n_jobs=n_jobs)


def test_a_bar_counts_pieces(capsys):
    run_blocks(draw, blocks_of(25, 10, seed_sequence(1)), progress=True, label="work")
    shown = capsys.readouterr().err
    assert "work" in shown
    assert "25/25" in shown
    run_blocks(draw, blocks_of(25, 10, seed_sequence(1)))
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("n_jobs", [0, 1.5, "two"])
def test_workers_are_counted(n_jobs):
    with pytest.raises(
        ArgumentError, match=r"^n_jobs= needs a whole number other than 0; got .*-1"
    ):
        run_blocks(draw, blocks_of(5, 5, seed_sequence(1)), n_jobs=n_jobs)


@pytest.mark.parametrize("seed", ["a", 1.5, True])
def test_seeds_are_whole_numbers(seed):
    with pytest.raises(ArgumentError, match=r"^seed= needs a whole number; got "):
        seed_sequence(seed)


def test_a_dask_cluster_gives_the_same_numbers():
    # Its own machinery warns about itself; what is asked here is whether the numbers agree.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from distributed import Client, LocalCluster

        from scrm_model.planning.population import population
        from scrm_model.planning.power import power

        text = "F =~ x1 + x2 + x3\nG =~ y1 + y2 + y3\nG ~ b*F"
        given = (text, population(text), [100], 220, 1)
        cluster = LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
        )
        with cluster, Client(cluster) as client:
            client.wait_for_workers(2)
            with joblib.parallel_config(backend="dask"):
                far = numbers()
                cluster_power = power(*given, progress=False).frame
    np.testing.assert_array_equal(far, numbers())
    assert cluster_power.equals(power(*given, progress=False).frame)
