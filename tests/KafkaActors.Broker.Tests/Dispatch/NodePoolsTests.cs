using KafkaActors.Broker.Configuration;
using KafkaActors.Broker.Dispatch;

namespace KafkaActors.Broker.Tests.Dispatch;

public sealed class NodePoolsTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static readonly PoolSettings OneThreadEach = new()
    {
        RecoveryThreads = 1,
        ColdReadThreads = 1,
        MaintenanceThreads = 1,
        GroupLoadingThreads = 1,
        SmallWriteThreads = 1,
    };

    [Test]
    public async Task A_kind_of_work_whose_threads_all_hang_holds_no_other_kind_back()
    {
        var pools = new NodePools(OneThreadEach, dataDirectories: 1, cleaners: 1);
        using var release = new ManualResetEventSlim();
        Bulkhead[] all = AllOf(pools);
        foreach (Bulkhead hanging in all)
        {
            using var begun = new ManualResetEventSlim();
            Task<bool> hung = hanging.Run(() =>
            {
                begun.Set();
                release.Wait();
                return true;
            });
            Assert.That(begun.Wait(Patience), Is.True);
            foreach (Bulkhead other in all.Where(other => other != hanging)) await Runs(other);
            release.Set();
            await hung.WaitAsync(Patience);
            release.Reset();
        }

        pools.Stop();
    }

    [Test]
    public async Task Recovery_has_its_threads_for_each_data_directory()
    {
        var pools = new NodePools(OneThreadEach with { RecoveryThreads = 2 }, dataDirectories: 3, cleaners: 1);
        using var begun = new CountdownEvent(6);
        Task<bool>[] six = [.. Enumerable.Range(0, 6).Select(_ => pools.Recovery.Run(() =>
        {
            begun.Signal();
            return begun.Wait(Patience);
        }))];
        Assert.That(await Task.WhenAll(six), Is.All.True);
        pools.Stop();
    }

    [Test]
    public void What_comes_after_the_end_is_cancelled()
    {
        var pools = new NodePools(OneThreadEach, dataDirectories: 1, cleaners: 1);
        pools.Stop();
        Assert.That(pools.ColdReads.Run(() => true).IsCanceled, Is.True);
        Assert.That(pools.ColdReads.Post(() => { }), Is.False);
    }

    private static async Task Runs(Bulkhead bulkhead) =>
        Assert.That(await bulkhead.Run(() => true).WaitAsync(Patience), Is.True);

    private static Bulkhead[] AllOf(NodePools pools) =>
        [.. typeof(NodePools).GetProperties().Where(property => property.PropertyType == typeof(Bulkhead))
            .Select(property => (Bulkhead)property.GetValue(pools)!)];
}
