namespace KafkaActors.Storage.Tests;

public sealed class WorkPoolTests
{
    [Test]
    public void One_thread_does_its_work_in_order_and_what_is_queued_is_done_before_it_ends()
    {
        var done = new List<int>();
        using (var pool = new WorkPool("one", threads: 1))
        {
            for (int i = 0; i < 100; i++)
            {
                int piece = i;
                Assert.That(pool.Post(() => done.Add(piece)), Is.True);
            }
        }

        Assert.That(done, Is.EqualTo(Enumerable.Range(0, 100)));
    }

    [Test]
    public void Work_that_hangs_leaves_the_other_threads_and_never_gets_more_than_the_limit()
    {
        using var pool = new WorkPool("three", threads: 3);
        using var release = new ManualResetEventSlim();
        using var held = new CountdownEvent(3);
        using var ran = new ManualResetEventSlim();
        for (int i = 0; i < 2; i++) pool.Post(Hang);
        pool.Post(ran.Set);
        Assert.That(ran.Wait(TimeSpan.FromSeconds(30)), Is.True, "the third thread is free");
        ran.Reset();
        pool.Post(Hang);
        pool.Post(ran.Set);
        Assert.That(held.Wait(TimeSpan.FromSeconds(30)), Is.True);
        Assert.That(ran.IsSet, Is.False, "a fourth thread");
        release.Set();
        Assert.That(ran.Wait(TimeSpan.FromSeconds(30)), Is.True);

        void Hang()
        {
            held.Signal();
            release.Wait();
        }
    }

    [Test]
    public void A_pool_that_stops_takes_nothing_more()
    {
        var pool = new WorkPool("stopped", threads: 2);
        pool.Stop();
        Assert.That(pool.Post(() => { }), Is.False);
        pool.Dispose();
    }
}
