using KafkaActors.Protocol;
using KafkaActors.Protocol.Records;
using KafkaActors.Storage.Tests.Simulation;

namespace KafkaActors.Storage.Tests.Crashes;

/// <summary>A crash before each single change to the disk of a whole <see cref="CrashScenario"/>.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class CrashMatrixTests
{
    private const int Seed = 20_261_123;

    [Test]
    public async Task A_power_cut_at_any_change_loses_nothing_flushed([Values] FlushPolicy policy)
    {
        await RunAndCheck(policy, disk => [disk.PowerCut()], isKill: false);
    }

    [Test]
    public async Task A_power_cut_that_tears_what_was_not_flushed_loses_nothing_flushed([Values] FlushPolicy policy)
    {
        TestContext.Out.WriteLine($"seed {Seed}");
        var random = new Random(Seed);
        await RunAndCheck(policy, disk => [disk.PowerCut(random), disk.PowerCut(random)], isKill: false);
    }

    [Test]
    public async Task A_kill_at_any_change_loses_nothing_appended([Values] FlushPolicy policy)
    {
        await RunAndCheck(policy, disk => [disk.Kill()], isKill: true);
    }

    private static async Task RunAndCheck(
        FlushPolicy policy, Func<SimulatedFileSystem, IEnumerable<SimulatedFileSystem>> crash, bool isKill)
    {
        await using var scenario = new CrashScenario(policy, crash);
        await scenario.Run();
        Assert.That(scenario.Points, Has.Count.GreaterThan(100));
        foreach (CrashPoint point in scenario.Points) await Check(scenario, point, isKill);
    }

    private static async Task Check(CrashScenario scenario, CrashPoint point, bool isKill)
    {
        SimulatedFileSystem again;
        byte[] bytes;
        await using (var log = new SimulatedLog(point.Disk, CrashScenario.Config))
        {
            Assert.That(log.Log.Failure, Is.Null, point.Next);
            List<RecordBatch> found = [.. RecordBatches.Enumerate(log.ReadAll())];
            CheckBounds(log.Log, point, isKill);
            CheckBatches(scenario, found, log.Log, point, isKill);
            CheckProducers(found, log.Log, point);
            Assert.That(log.Log.Recovery.HasCut, Is.EqualTo(log.Log.Recovery.Reason is not null), point.Next);
            log.Lead(9);
            log.AppendMany(5);
            log.Log.State.Flusher.Flush(includeActive: true);
            bytes = log.ReadAll();
            again = point.Disk.PowerCut();
        }
        await using var second = new SimulatedLog(again, CrashScenario.Config);
        Assert.That(second.Log.Failure, Is.Null, point.Next);
        Assert.That(second.ReadAll(), Is.EqualTo(bytes), point.Next);
    }

    private static void CheckBounds(PartitionLog log, CrashPoint point, bool isKill)
    {
        Promise promise = point.Promise;
        Assert.That(log.LogStartOffset, Is.GreaterThanOrEqualTo(promise.DeletedBefore), point.Next);
        Assert.That(log.View.HighWatermark, Is.InRange(log.LogStartOffset, log.LogEndOffset), point.Next);
        if (promise.IsBeginningAnew) return;
        Assert.That(log.LogStartOffset, Is.LessThanOrEqualTo(promise.BeginsAtMost), point.Next);
        long atLeast = isKill ? promise.Appended : promise.Flushed;
        Assert.That(log.LogEndOffset, Is.GreaterThanOrEqualTo(atLeast), () => $"{point.Next}: {log.Recovery}");
    }

    private static void CheckBatches(
        CrashScenario scenario, List<RecordBatch> found, PartitionLog log, CrashPoint point, bool isKill)
    {
        long kept = isKill ? point.Promise.Appended : point.Promise.Flushed;
        long next = found.Count > 0 ? found[0].BaseOffset : log.LogEndOffset;
        Assert.That(next, Is.LessThanOrEqualTo(log.LogStartOffset), point.Next);
        foreach (RecordBatch batch in found)
        {
            Assert.That(batch.BaseOffset, Is.EqualTo(next), point.Next);
            next = batch.NextOffset;
            byte[] bytes = batch.Bytes.ToArray();
            IEnumerable<TestBatch> allowed = scenario.Ever.GetValueOrDefault(batch.BaseOffset) ?? [];
            bool promised = !point.Promise.IsBeginningAnew && batch.NextOffset <= kept;
            if (promised) allowed = [point.Promise.Batches[batch.BaseOffset]];
            bool known = allowed.Any(version => version.Build().Bytes.Span.SequenceEqual(bytes));
            Assert.That(known, Is.True, () =>
                $"{point.Next}: {batch.NextOffset} of epoch {batch.PartitionLeaderEpoch}, kept {kept}, allowed "
                + $"{string.Join(';', allowed)}; {log.Recovery}; {log.LogStartOffset}..{log.LogEndOffset}");
            LeaderEpoch? epoch = log.LeaderEpochs.EpochAt(batch.BaseOffset);
            Assert.That(epoch, Is.EqualTo(batch.PartitionLeaderEpoch), point.Next);
        }
        Assert.That(next, Is.EqualTo(log.LogEndOffset), point.Next);
    }

    /// <summary>
    /// The last batch of each producer is known, and none that is not there: its retry would be called a duplicate.
    /// </summary>
    private static void CheckProducers(List<RecordBatch> found, PartitionLog log, CrashPoint point)
    {
        ProducerStateTable producers = log.CopyProducerState();
        foreach (IGrouping<long, RecordBatch> own in found.GroupBy(batch => batch.ProducerId))
        {
            BatchMetadata last = producers.Find(own.Key)!.Batches[^1];
            Assert.That(last.FirstSequence, Is.EqualTo(own.Last().BaseSequence), point.Next);
        }
        foreach (ProducerState producer in producers.Producers)
        {
            foreach (BatchMetadata batch in producer.Batches.ToArray())
            {
                if (batch.BaseOffset < log.LogStartOffset) continue;
                bool isThere = found.Exists(one => one.BaseOffset == batch.BaseOffset
                    && one.ProducerId == producer.ProducerId && one.BaseSequence == batch.FirstSequence);
                Assert.That(isThere, Is.True, $"{point.Next}: producer batch at {batch.BaseOffset}");
            }
        }
    }
}
