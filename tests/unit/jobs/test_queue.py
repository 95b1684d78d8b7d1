from __future__ import annotations

import threading
from datetime import timedelta

import pytest

from eyebright.errors import ClaimLost, JobNotFound, TooManyJobs
from eyebright.ids import JobId, Region
from eyebright.jobs.results import all_results, page_of_results
from eyebright.jobs.values import Claim, JobState, Result
from eyebright.testing.jobs import KIND, JobBench


def found(count: int, *, start: int = 0) -> list[Result]:
    return [Result(40 * n, b"%d" % n) for n in range(start, start + count)]


def test_a_job_is_asked_claimed_filled_and_done(bench: JobBench) -> None:
    job_id = bench.ask()
    assert (len(job_id), bench.get(job_id).state) == (64, JobState.QUEUED)
    claim = bench.claim()
    assert (claim.job.sealed_request, claim.sealed_checkpoint) == (b"request", None)
    bench.queue.save(claim, found(3), sealed_checkpoint=b"3", sealed_summary=b"whole")
    bench.queue.save(claim, found(2, start=3), sealed_checkpoint=b"5")
    bench.queue.succeed(claim)
    job = bench.get(job_id)
    assert (job.state, job.results, job.sealed_summary) == (JobState.SUCCEEDED, 5, b"whole")
    assert list(all_results(bench.rooms.database, job.job_no)) == found(5)
    page = page_of_results(bench.rooms.database, job.job_no, start=2, limit=2)
    assert list(page) == found(2, start=2)
    assert bench.nothing_to_claim()


def test_results_can_be_read_in_another_order(bench: JobBench) -> None:
    bench.ask()
    claim = bench.claim()
    bench.queue.save(claim, found(5), sealed_checkpoint=b"")
    bench.queue.rank(claim, [4, 2, 0, 1, 3])
    job_no, database = claim.job.job_no, bench.rooms.database
    pages = [page_of_results(database, job_no, start=n, limit=2, ranked=True) for n in (0, 2, 4)]
    assert [one.sealed for page in pages for one in page] == [b"4", b"2", b"0", b"1", b"3"]


def test_jobs_are_claimed_in_the_order_they_were_asked_for_and_by_kind(bench: JobBench) -> None:
    asked = [bench.ask() for _ in range(3)]
    assert bench.queue.claim("w", kinds=["TextDetection"]) is None
    assert [bench.claim().job.job_id for _ in asked] == asked


def test_a_silent_workers_job_goes_on_from_its_checkpoint_and_nothing_is_doubled(
    bench: JobBench,
) -> None:
    job_id = bench.ask()
    first = bench.claim("w1")
    bench.queue.save(first, found(4), sealed_checkpoint=b"4")
    bench.wait(29)
    assert bench.nothing_to_claim()
    bench.wait(2)
    second = bench.claim("w2")
    assert (second.sealed_checkpoint, second.job.results) == (b"4", 4)
    with pytest.raises(ClaimLost):
        bench.queue.save(first, found(4, start=4), sealed_checkpoint=b"8")
    for late in (bench.queue.renew, bench.queue.succeed, bench.queue.release):
        with pytest.raises(ClaimLost):
            late(first)
    bench.queue.save(second, found(4, start=4), sealed_checkpoint=b"8")
    bench.queue.succeed(second)
    assert list(all_results(bench.rooms.database, bench.get(job_id).job_no)) == found(8)


def test_a_worker_that_renews_keeps_its_job(bench: JobBench) -> None:
    bench.ask()
    claim = bench.claim()
    for _ in range(10):
        bench.wait(20)
        bench.queue.renew(claim)
        assert bench.nothing_to_claim()


def test_a_clock_that_jumps_back_does_not_keep_a_dead_workers_job(bench: JobBench) -> None:
    bench.ask()
    first = bench.claim("w1")
    bench.wait(-3600)
    second = bench.claim("w2")
    assert second.job.job_id == first.job.job_id
    with pytest.raises(ClaimLost):
        bench.queue.renew(first)


def test_a_failed_job_is_tried_again_after_growing_pauses_and_then_given_up(
    bench: JobBench,
) -> None:
    job_id = bench.ask()
    for pause in (2, 4, 8, 16):
        bench.queue.fail(bench.claim(), "the bucket is gone", again=True)
        assert bench.nothing_to_claim()
        bench.wait(pause - 1)
        assert bench.nothing_to_claim()
        bench.wait(1)
    bench.queue.fail(bench.claim(), "the bucket is gone", again=True)
    job = bench.get(job_id)
    assert (job.state, job.message) == (JobState.FAILED, "the bucket is gone")
    bench.wait(3600)
    assert bench.nothing_to_claim()


def test_what_cannot_work_is_not_tried_again(bench: JobBench) -> None:
    job_id = bench.ask()
    bench.queue.fail(bench.claim(), "no video", again=False)
    assert bench.get(job_id).state is JobState.FAILED


def test_a_job_that_kills_its_workers_is_given_up(bench: JobBench) -> None:
    job_id = bench.ask()
    for _ in range(5):
        bench.claim()
        bench.wait(31)
    assert bench.nothing_to_claim()
    job = bench.get(job_id)
    assert (job.state, "tried 5 times" in job.message) == (JobState.FAILED, True)


def test_a_released_job_is_there_at_once_and_costs_no_attempt(bench: JobBench) -> None:
    bench.ask()
    for _ in range(8):
        bench.queue.release(bench.claim())
    assert bench.claim().job.attempts == 1


def test_a_waiting_job_is_cancelled_at_once_one_in_work_at_the_next_sign_of_life(
    bench: JobBench,
) -> None:
    waiting, working = bench.ask(), bench.ask()
    scope = bench.scope
    cancelled = bench.queue.cancel(scope.account_id, scope.region, waiting)
    assert cancelled.state is JobState.CANCELLED
    claim = bench.claim()
    assert bench.queue.cancel(scope.account_id, scope.region, working).state is JobState.RUNNING
    with pytest.raises(ClaimLost, match="cancelled"):
        bench.queue.save(claim, found(1), sealed_checkpoint=b"1")
    job = bench.get(working)
    assert (job.state, job.results) == (JobState.CANCELLED, 0)


def test_a_deadline_ends_a_job_in_work_or_waiting(bench: JobBench) -> None:
    first, second = bench.ask(seconds=60), bench.ask(seconds=60)
    claim = bench.claim()
    bench.wait(20)
    bench.queue.renew(claim)
    bench.wait(41)
    with pytest.raises(ClaimLost, match="deadline"):
        bench.queue.renew(claim)
    assert bench.nothing_to_claim()
    assert {bench.get(one).state for one in (first, second)} == {JobState.FAILED}


def test_an_account_has_so_many_open_jobs_and_no_more(bench: JobBench) -> None:
    for _ in range(3):
        bench.ask()
    with pytest.raises(TooManyJobs) as refused:
        bench.ask()
    assert (refused.value.open_jobs, refused.value.limit) == (3, 3)
    bench.ask(scope=bench.rooms.new_scope("second"))
    bench.queue.succeed(bench.claim())
    bench.ask()


def test_another_account_or_region_sees_no_job(bench: JobBench) -> None:
    job_id = bench.ask()
    stranger = bench.rooms.new_scope("second")
    for account, region in (
        (stranger.account_id, stranger.region),
        (bench.scope.account_id, Region("eu-west-1")),
    ):
        with pytest.raises(JobNotFound):
            bench.queue.get(account, region, job_id)
        with pytest.raises(JobNotFound):
            bench.queue.cancel(account, region, job_id)
    with pytest.raises(JobNotFound):
        bench.get(JobId("0" * 64))


def test_ended_jobs_are_forgotten_with_their_results_open_ones_never(bench: JobBench) -> None:
    done, waiting = bench.ask(), bench.ask()
    claim = bench.claim()
    bench.queue.save(claim, found(5), sealed_checkpoint=b"")
    bench.queue.succeed(claim)
    bench.clock.advance(timedelta(days=6))
    assert bench.queue.forget_old() == 0
    bench.clock.advance(timedelta(days=2))
    assert bench.queue.forget_old() == 1
    with pytest.raises(JobNotFound):
        bench.get(done)
    assert list(all_results(bench.rooms.database, claim.job.job_no)) == []
    assert bench.get(waiting).state is JobState.QUEUED


def test_many_workers_at_once_never_share_a_job(bench: JobBench) -> None:
    asked = {bench.ask(scope=bench.rooms.new_scope(f"a{n}")) for n in range(12)}
    claims: list[Claim] = []

    def work(name: str) -> None:
        while (claim := bench.queue.claim(name, kinds=[KIND])) is not None:
            claims.append(claim)

    threads = [threading.Thread(target=work, args=(f"w{n}",)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(claims) == len(asked) == 12
    assert {claim.job.job_id for claim in claims} == asked


def test_deleting_an_account_takes_its_jobs_along(bench: JobBench) -> None:
    bench.ask()
    bench.rooms.forgetting.account(bench.scope.account_id)
    assert bench.nothing_to_claim()
