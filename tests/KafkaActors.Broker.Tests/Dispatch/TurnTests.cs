using System.Collections.Concurrent;
using Akka.Dispatch;
using KafkaActors.Broker.Dispatch;
using KafkaActors.TestKit;

namespace KafkaActors.Broker.Tests.Dispatch;

public sealed class TurnTests
{
    private readonly ConcurrentQueue<int> _ran = new();

    [SetUp]
    public void Forget() => _ran.Clear();

    [Test]
    public async Task Outside_of_a_turn_work_runs_on_the_pool_in_a_turn_of_its_own()
    {
        var inner = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        int thread = Environment.CurrentManagedThreadId;
        int ranOn = -1;
        Turn.Post(new Work(() =>
        {
            ranOn = Environment.CurrentManagedThreadId;
            bool isBeginning = true;
            Turn.Post(new Work(() => inner.SetResult(!isBeginning && ranOn == Environment.CurrentManagedThreadId)));
            isBeginning = false;
        }));
        Assert.That(await inner.Task.WaitAsync(Eventually.DefaultTimeout), Is.True, "next on the same thread");
        Assert.That(ranOn, Is.Not.EqualTo(thread));
    }

    [Test]
    public void Within_a_turn_work_runs_in_order_on_the_same_thread_when_the_turn_closes()
    {
        int thread = Environment.CurrentManagedThreadId;
        using (Turn.Begin())
        {
            for (int i = 0; i < 5; i++)
                Post(i, () => Assert.That(Environment.CurrentManagedThreadId, Is.EqualTo(thread)));
            Assert.That(_ran, Is.Empty);
        }

        Assert.That(_ran, Is.EqualTo(new[] { 0, 1, 2, 3, 4 }));
    }

    [Test]
    public void What_work_causes_runs_after_what_was_there_before_it()
    {
        using (Turn.Begin())
        {
            Post(1, () => Post(3));
            Post(2, () => Post(4));
        }

        Assert.That(_ran, Is.EqualTo(new[] { 1, 2, 3, 4 }));
    }

    [Test]
    public void A_turn_within_a_turn_closes_nothing()
    {
        using (Turn.Begin())
        {
            using (Turn.Begin()) Post(1);
            Assert.That(_ran, Is.Empty);
        }

        Assert.That(_ran, Is.EqualTo(new[] { 1 }));
    }

    [Test]
    public void What_gets_too_much_for_one_thread_goes_to_the_pool_while_the_turn_is_open()
    {
        using (Turn.Begin())
        {
            for (int i = 0; i < 20; i++) Post(i);
            Assert.That(() => _ran.Count, Is.EqualTo(12).After(10_000, 10), "twelve did not find room");
            Assert.That(_ran, Is.All.GreaterThanOrEqualTo(8));
        }

        Assert.That(_ran.Order(), Is.EqualTo(Enumerable.Range(0, 20)));
    }

    [Test]
    public async Task A_chain_without_an_end_gives_its_thread_away_and_is_not_lost()
    {
        const int links = 2000;
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        int thread = Environment.CurrentManagedThreadId;
        int ranHere = 0;
        using (Turn.Begin()) Link(0);
        int here = ranHere;
        await ended.Task.WaitAsync(Eventually.DefaultTimeout);
        Assert.That(here, Is.LessThan(links));
        Assert.That(_ran, Is.EqualTo(Enumerable.Range(0, links)));

        void Link(int link) => Post(link, () =>
        {
            if (Environment.CurrentManagedThreadId == thread) ranHere++;
            if (link + 1 < links) Link(link + 1);
            else ended.SetResult();
        });
    }

    [Test]
    public async Task Work_that_throws_loses_none_of_the_rest()
    {
        Assert.That(
            () =>
            {
                using (Turn.Begin())
                {
                    Post(1);
                    Post(2, () => throw new InvalidOperationException("a fault"));
                    Post(3);
                    Post(4);
                }
            },
            Throws.InvalidOperationException);
        await Eventually.That(() => _ran.Order(), Is.EqualTo(new[] { 1, 2, 3, 4 }));
        using (Turn.Begin()) Post(5);
        Assert.That(_ran, Does.Contain(5), "the thread can open another turn");
    }

    [Test]
    public async Task From_many_threads_nothing_is_lost()
    {
        const int seed = 77;
        const int each = 5000;
        int ran = 0;
        Task[] posting =
        [
            .. Enumerable.Range(0, 4).Select(poster => Task.Run(() =>
            {
                var random = new Random(seed + poster);
                var executor = new TurnExecutor("test");
                for (int left = each; left > 0;)
                {
                    int some = Math.Min(left, random.Next(1, 30));
                    left -= some;
                    if (random.Next(2) == 0)
                    {
                        using (Turn.Begin())
                            for (int i = 0; i < some; i++)
                                executor.Execute(new Work(() => Interlocked.Increment(ref ran)));
                    }
                    else
                    {
                        for (int i = 0; i < some; i++) executor.Execute(new Work(() => Interlocked.Increment(ref ran)));
                    }
                }
            })),
        ];
        await Task.WhenAll(posting);
        await Eventually.That(() => Volatile.Read(ref ran), Is.EqualTo(4 * each));
    }

    private void Post(int number, Action? then = null) => Turn.Post(new Work(() =>
    {
        _ran.Enqueue(number);
        then?.Invoke();
    }));

    private sealed class Work(Action action) : IRunnable
    {
        public void Run() => action();

        public void Execute() => action();
    }
}
