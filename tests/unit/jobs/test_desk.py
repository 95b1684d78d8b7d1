"""What the owner of jobs sees of them and does with them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from eyebright.errors import ClaimLost, InvalidInput, JobNotFound, JobNotOver, TooManyJobs
from eyebright.governance.accounts import Scope
from eyebright.ids import JobId, Region
from eyebright.jobs.desk import JobDesk
from eyebright.jobs.queue import JobQueue
from eyebright.jobs.results import all_results
from eyebright.jobs.values import Deadlines, JobState, Progress, Result
from eyebright.testing.jobs import KIND, JobBench


@pytest.fixture
def desk(bench: JobBench) -> JobDesk:
    return JobDesk(bench.rooms.database, bench.queue)


def failed(bench: JobBench) -> JobId:
    """A job that found something, said how far it was, and failed."""
    job_id = bench.ask()
    claim = bench.claim()
    bench.queue.save(
        claim,
        [Result(40, b"found")],
        sealed_checkpoint=b"1",
        sealed_summary=b"whole",
        progress=Progress(40, 90_000),
    )
    bench.queue.fail(claim, "no video", again=False)
    return job_id


def test_jobs_are_listed_newest_first_a_page_at_a_time(bench: JobBench, desk: JobDesk) -> None:
    asked = [bench.ask() for _ in range(3)]
    first = desk.recent(bench.scope.account_id, limit=2)
    assert [job.job_id for job in first.jobs] == [asked[2], asked[1]]
    bench.queue.succeed(bench.claim())
    bench.ask()  # one more at the top moves none to another page
    second = desk.recent(bench.scope.account_id, limit=2, after=first.next)
    assert ([job.job_id for job in second.jobs], second.next) == ([asked[0]], None)


def test_a_list_can_be_of_some_states_only(bench: JobBench, desk: JobDesk) -> None:
    job_id = failed(bench)
    bench.ask()
    page = desk.recent(bench.scope.account_id, limit=9, states=[JobState.FAILED])
    assert [job.job_id for job in page.jobs] == [job_id]


def test_all_regions_of_an_account_are_listed_and_no_other_account(
    bench: JobBench, desk: JobDesk
) -> None:
    here = bench.ask()
    there = bench.ask(scope=Scope(bench.scope.account_id, Region("eu-west-1")))
    bench.ask(scope=bench.rooms.new_scope("second"))
    page = desk.recent(bench.scope.account_id, limit=9)
    assert [job.job_id for job in page.jobs] == [there, here]


@pytest.mark.parametrize("limit", [0, 1001])
def test_a_page_has_a_size(bench: JobBench, desk: JobDesk, limit: int) -> None:
    with pytest.raises(ValueError, match="1 to 1000"):
        desk.recent(bench.scope.account_id, limit=limit)


def test_a_job_says_how_far_it_is(bench: JobBench, desk: JobDesk) -> None:
    job_id = bench.ask()
    account = bench.scope.account_id
    assert desk.get(account, job_id).progress is None
    claim = bench.claim()
    bench.queue.save(claim, [], sealed_checkpoint=b"1", progress=Progress(30_000, 90_000))
    bench.queue.save(claim, [], sealed_checkpoint=b"2")
    progress = desk.get(account, job_id).progress
    assert progress == Progress(30_000, 90_000)
    assert progress.share == pytest.approx(1 / 3)
    assert Progress(30_000).share is None


def test_strangers_neither_see_nor_stop_nor_repeat_a_job(bench: JobBench, desk: JobDesk) -> None:
    job_id = failed(bench)
    stranger = bench.rooms.new_scope("second").account_id
    for act in (desk.get, desk.cancel, desk.retry):
        with pytest.raises(JobNotFound):
            act(stranger, job_id)
    assert desk.get(bench.scope.account_id, job_id).state is JobState.FAILED


def test_a_job_in_work_is_cancelled_at_its_workers_next_sign_of_life(
    bench: JobBench, desk: JobDesk
) -> None:
    job_id = bench.ask()
    claim = bench.claim()
    cancelled = desk.cancel(bench.scope.account_id, job_id)
    assert (cancelled.state, cancelled.cancel_asked) == (JobState.RUNNING, True)
    with pytest.raises(ClaimLost):
        bench.queue.renew(claim)
    assert desk.get(bench.scope.account_id, job_id).state is JobState.CANCELLED


def test_a_job_whose_worker_is_dead_is_cancelled_without_another(
    bench: JobBench, desk: JobDesk
) -> None:
    job_id = bench.ask()
    claim = bench.claim()
    bench.wait(31)
    assert desk.cancel(bench.scope.account_id, job_id).state is JobState.CANCELLED
    with pytest.raises(ClaimLost):
        bench.queue.renew(claim)


def test_a_failed_job_is_done_again_from_its_beginning_under_its_own_id(
    bench: JobBench, desk: JobDesk
) -> None:
    job_id = failed(bench)
    again = desk.retry(bench.scope.account_id, job_id)
    assert (again.job_id, again.state, again.attempts) == (job_id, JobState.QUEUED, 0)
    assert (again.message, again.results, again.progress) == ("", 0, None)
    assert (again.sealed_summary, again.ended_at) == (None, None)
    claim = bench.claim()
    assert (claim.job.job_id, claim.sealed_checkpoint) == (job_id, None)
    bench.queue.save(claim, [Result(0, b"a"), Result(40, b"b")], sealed_checkpoint=b"2")
    bench.queue.succeed(claim)
    found = list(all_results(bench.rooms.database, claim.job.job_no))
    assert found == [Result(0, b"a"), Result(40, b"b")]


def test_a_worker_of_the_failed_attempt_cannot_write_into_the_new_one(
    bench: JobBench, desk: JobDesk
) -> None:
    job_id = bench.ask()
    old = bench.claim()
    bench.queue.cancel(bench.scope.account_id, bench.scope.region, job_id)
    bench.wait(31)
    desk.cancel(bench.scope.account_id, job_id)
    desk.retry(bench.scope.account_id, job_id)
    bench.claim("w2")
    with pytest.raises(ClaimLost):
        bench.queue.save(old, [Result(0, b"late")], sealed_checkpoint=b"late")


def test_a_cancelled_job_can_be_done_again_others_cannot(bench: JobBench, desk: JobDesk) -> None:
    account, job_id = bench.scope.account_id, bench.ask()
    with pytest.raises(JobNotOver, match="QUEUED"):
        desk.retry(account, job_id)
    desk.cancel(account, job_id)
    assert not desk.retry(account, job_id).cancel_asked
    bench.queue.succeed(bench.claim())
    with pytest.raises(JobNotOver, match="SUCCEEDED"):
        desk.retry(account, job_id)


def test_a_job_that_is_done_again_counts_as_an_open_one(bench: JobBench, desk: JobDesk) -> None:
    job_id = failed(bench)
    for _ in range(3):
        bench.ask()
    with pytest.raises(TooManyJobs):
        desk.retry(bench.scope.account_id, job_id)


def test_accounts_have_a_deadline_for_all_their_jobs(bench: JobBench) -> None:
    second = bench.rooms.new_scope("second")
    rules = replace(
        bench.queue.rules,
        deadlines=Deadlines(timedelta(hours=1), {second.account_id: None}),
    )
    queue = JobQueue(bench.rooms.database, clock=bench.clock, rules=rules)
    hurried = replace(bench, queue=queue)
    job_id, unhurried = hurried.ask(), hurried.ask(scope=second)
    bench.wait(3601)
    claim = queue.claim("w", kinds=[KIND])
    assert claim is not None
    assert claim.job.job_id == unhurried
    assert hurried.get(job_id).message == "It was not done before its deadline."
    again = queue.retry(bench.scope.account_id, bench.scope.region, job_id)
    assert again.deadline == bench.clock.now() + timedelta(hours=1)


def test_a_pause_that_a_clock_put_back_made_endless_is_over(bench: JobBench) -> None:
    bench.ask()
    bench.queue.fail(bench.claim(), "the bucket is gone", again=True)
    bench.wait(-3600)
    assert bench.claim().job.attempts == 2


def test_the_beginning_of_an_id_names_a_job_if_it_is_the_only_one(
    bench: JobBench, desk: JobDesk
) -> None:
    account, asked = bench.scope.account_id, [bench.ask() for _ in range(2)]
    assert [desk.named(account, job_id) for job_id in asked] == asked
    with pytest.raises(InvalidInput, match="Several jobs"):
        desk.named(account, asked[0][0])
    with pytest.raises(InvalidInput, match="no beginning"):
        desk.named(account, "%")
    with pytest.raises(JobNotFound):
        desk.named(bench.rooms.new_scope("second").account_id, asked[0])
