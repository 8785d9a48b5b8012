using KafkaActors.Broker.Listener;

namespace KafkaActors.Broker.Tests.Listener;

public sealed class RequestMemoryTests
{
    private const int Capacity = 100;

    private RequestMemory _memory = null!;

    [SetUp]
    public void CreateMemory() => _memory = new RequestMemory(Capacity);

    [Test]
    public void What_fits_is_taken_at_once()
    {
        Assert.That(_memory.TryTake(60), Is.True);
        Assert.That(_memory.TryTake(40), Is.True);
        Assert.That(_memory.TryTake(1), Is.False);
        _memory.GiveBack(60);
        Assert.That(_memory.Used, Is.EqualTo(40));
    }

    [Test]
    public void A_request_that_is_larger_than_all_of_it_is_let_in_alone()
    {
        Assert.That(_memory.TryTake(1000), Is.True);
        Assert.That(_memory.TryTake(1), Is.False);
        _memory.GiveBack(1000);
        Assert.That(_memory.TryTake(1), Is.True);
        Assert.That(_memory.TryTake(1000), Is.False);
    }

    [Test]
    public async Task Who_waits_is_served_in_the_order_of_coming()
    {
        _memory.TryTake(Capacity);
        Task large = _memory.TakeAsync(90, CancellationToken.None);
        Task small = _memory.TakeAsync(5, CancellationToken.None);
        Assert.That(_memory.TryTake(1), Is.False, "it would pass those who wait");
        _memory.GiveBack(50);
        Assert.That(large.IsCompleted || small.IsCompleted, Is.False);
        _memory.GiveBack(50);
        await Task.WhenAll(large, small);
        Assert.That(_memory.Used, Is.EqualTo(95));
    }

    [Test]
    public async Task Who_leaves_the_line_lets_those_behind_come_up_and_takes_nothing()
    {
        using var leaving = new CancellationTokenSource();
        _memory.TryTake(50);
        Task large = _memory.TakeAsync(90, leaving.Token);
        Task small = _memory.TakeAsync(5, CancellationToken.None);
        Assert.That(small.IsCompleted, Is.False);
        await leaving.CancelAsync();
        await small;
        Assert.That(() => large, Throws.InstanceOf<OperationCanceledException>());
        Assert.That(_memory.Used, Is.EqualTo(55));
    }

    [Test]
    public async Task Who_has_left_already_takes_nothing()
    {
        _memory.TryTake(Capacity);
        Task gone = _memory.TakeAsync(5, new CancellationToken(canceled: true));
        Assert.That(() => gone, Throws.InstanceOf<OperationCanceledException>());
        _memory.GiveBack(Capacity);
        await _memory.TakeAsync(Capacity, CancellationToken.None);
        Assert.That(_memory.Used, Is.EqualTo(Capacity));
    }

    [Test]
    public async Task Under_many_takers_nothing_is_lost_and_the_limit_holds()
    {
        const int seed = 99;
        int most = 0;
        var takers = Enumerable.Range(0, 8).Select(taker => Task.Run(async () =>
        {
            var random = new Random(seed + taker);
            for (int round = 0; round < 2000; round++)
            {
                int bytes = random.Next(1, 60);
                using var leaving = new CancellationTokenSource();
                try
                {
                    if (!_memory.TryTake(bytes))
                    {
                        Task taking = _memory.TakeAsync(bytes, leaving.Token);
                        if (random.Next(3) == 0) await leaving.CancelAsync();
                        await taking;
                    }
                }
                catch (OperationCanceledException)
                {
                    continue;
                }

                InterlockedMax(ref most, (int)_memory.Used);
                if (random.Next(4) == 0) await Task.Yield();
                _memory.GiveBack(bytes);
            }
        }));
        await Task.WhenAll(takers);
        Assert.That(_memory.Used, Is.Zero, $"seed {seed}");
        Assert.That(most, Is.LessThanOrEqualTo(Capacity));
    }

    private static void InterlockedMax(ref int most, int seen)
    {
        int known;
        do
        {
            known = Volatile.Read(ref most);
        }
        while (seen > known && Interlocked.CompareExchange(ref most, seen, known) != known);
    }
}
