using KafkaActors.Broker.Budgets;

namespace KafkaActors.Broker.Tests.Budgets;

public sealed class ByteBudgetTests
{
    private const int Capacity = 100;
    private const string One = "10.0.0.1";
    private const string Other = "10.0.0.2";

    private ByteBudget _budget = null!;

    [SetUp]
    public void CreateBudget() => _budget = new ByteBudget("test", Capacity);

    [Test]
    public void What_fits_is_taken_at_once_and_given_back_with_its_share()
    {
        BudgetShare first = _budget.Open(One);
        BudgetShare second = _budget.Open(One);
        Assert.That(first.TryTake(60), Is.True);
        Assert.That(second.TryTake(40), Is.True);
        Assert.That(second.TryTake(1), Is.False);
        first.Dispose();
        first.Dispose();
        Assert.That(_budget.Used, Is.EqualTo(40));
        Assert.That(first.TryTake(1), Is.False, "it is closed");
    }

    [Test]
    public async Task The_next_one_that_does_not_fit_goes_beyond_the_capacity_and_the_others_wait_for_it()
    {
        BudgetShare[] shares = Shares(3, One);
        Assert.That(shares[0].TryTake(Capacity), Is.True);
        await shares[1].TakeAsync(1000, CancellationToken.None);
        Task third = shares[2].TakeAsync(10, CancellationToken.None);
        Assert.That(shares[1].TryTake(500), Is.True, "it goes on");
        Assert.That(shares[2].TryTake(1), Is.False);
        shares[0].Dispose();
        Assert.That(third.IsCompleted, Is.False);
        Assert.That(_budget.IsShort, Is.True);
        shares[1].Dispose();
        await third;
        Assert.That((_budget.Used, _budget.IsShort), Is.EqualTo((10, false)));
    }

    // What they hold alone fills the budget, and each needs as much again.
    [Test]
    public async Task Shares_that_all_need_more_are_completed_one_after_the_other()
    {
        BudgetShare[] shares = Shares(5, One);
        foreach (BudgetShare share in shares) Assert.That(share.TryTake(20), Is.True);
        Task[] more = [.. shares.Select(share => share.TakeAsync(20, CancellationToken.None))];
        for (int i = 0; i < shares.Length; i++)
        {
            await more[i];
            Assert.That(_budget.Used, Is.LessThanOrEqualTo(Capacity + 40));
            shares[i].Dispose();
        }

        Assert.That(_budget.Used, Is.Zero);
    }

    [Test]
    public async Task Parties_are_served_in_turn_and_a_partys_shares_in_their_order()
    {
        BudgetShare held = _budget.Open("another");
        await held.TakeAsync(2 * Capacity, CancellationToken.None);
        BudgetShare[] line = [.. Shares(3, One), .. Shares(1, Other)];
        Task[] takes = [.. line.Select(share => share.TakeAsync(Capacity, CancellationToken.None))];
        held.Dispose();
        // One that fits, and the next one beyond the capacity.
        Assert.That(Held(), Is.EqualTo(new[] { 0, 3 }));
        line[0].Dispose();
        Assert.That(Held(), Is.EqualTo(new[] { 1, 3 }));
        line[3].Dispose();
        Assert.That(Held(), Is.EqualTo(new[] { 1, 2 }));
        await Task.WhenAll(takes);

        int[] Held() => [.. Enumerable.Range(0, line.Length).Where(index => line[index].Held > 0)];
    }

    [Test]
    public async Task Who_leaves_the_line_lets_those_behind_come_up_and_takes_nothing()
    {
        using var leaving = new CancellationTokenSource();
        BudgetShare[] shares = Shares(4, One);
        shares[0].TryTake(50);
        await shares[1].TakeAsync(90, CancellationToken.None);
        Task large = shares[2].TakeAsync(90, leaving.Token);
        Task small = shares[3].TakeAsync(5, CancellationToken.None);
        shares[1].Dispose();
        await large;
        Assert.That(small.IsCompleted, Is.False);
        shares[2].Dispose();
        await small;
        Task late = shares[3].TakeAsync(200, CancellationToken.None);
        await late;
        Task gone = _budget.Open(One).TakeAsync(1, leaving.Token);
        await leaving.CancelAsync();
        Assert.That(() => gone, Throws.InstanceOf<OperationCanceledException>());
        Assert.That(_budget.Used, Is.EqualTo(50 + 205));
    }

    [Test]
    public async Task Who_has_left_already_takes_nothing()
    {
        BudgetShare[] shares = Shares(3, One);
        shares[0].TryTake(Capacity);
        await shares[1].TakeAsync(1, CancellationToken.None);
        Task gone = shares[2].TakeAsync(5, new CancellationToken(canceled: true));
        Assert.That(() => gone, Throws.InstanceOf<OperationCanceledException>());
        Assert.That(_budget.IsShort, Is.False);
        shares[0].Dispose();
        Assert.That(_budget.Used, Is.EqualTo(1));
    }

    [Test]
    public void What_is_in_memory_already_is_counted_beyond_the_capacity_too()
    {
        BudgetShare share = _budget.Open(One);
        share.Add(Capacity + 1);
        Assert.That(_budget.IsShort, Is.True);
        Assert.That(_budget.Open(Other).TryTake(1), Is.False);
        share.GiveBack(1);
        Assert.That(_budget.IsShort, Is.False);
        share.GiveBack(1000);
        Assert.That(_budget.Used, Is.Zero, "no more than it held");
    }

    [Test]
    public async Task Under_many_takers_nothing_is_lost_and_the_limit_holds()
    {
        const int seed = 99;
        const int most = 60;
        long seen = 0;
        var takers = Enumerable.Range(0, 8).Select(taker => Task.Run(async () =>
        {
            var random = new Random(seed + taker);
            for (int round = 0; round < 2000; round++)
            {
                using BudgetShare share = _budget.Open(taker % 3);
                using var leaving = new CancellationTokenSource();
                try
                {
                    for (int step = 0; step < 3; step++)
                    {
                        int bytes = random.Next(1, most / 3);
                        if (share.TryTake(bytes)) continue;
                        Task taking = share.TakeAsync(bytes, leaving.Token);
                        if (random.Next(3) == 0) await leaving.CancelAsync();
                        await taking;
                    }
                }
                catch (OperationCanceledException)
                {
                    continue;
                }

                InterlockedMax(ref seen, _budget.Used);
                if (random.Next(4) == 0) await Task.Yield();
            }
        }));
        await Task.WhenAll(takers).WaitAsync(TimeSpan.FromMinutes(1));
        Assert.That(_budget.Used, Is.Zero, $"seed {seed}");
        Assert.That(_budget.IsShort, Is.False);
        Assert.That(seen, Is.LessThanOrEqualTo(Capacity + most));
    }

    private static void InterlockedMax(ref long most, long seen)
    {
        long known;
        do
        {
            known = Volatile.Read(ref most);
        }
        while (seen > known && Interlocked.CompareExchange(ref most, seen, known) != known);
    }

    private BudgetShare[] Shares(int count, string party) =>
        [.. Enumerable.Range(0, count).Select(_ => _budget.Open(party))];
}
