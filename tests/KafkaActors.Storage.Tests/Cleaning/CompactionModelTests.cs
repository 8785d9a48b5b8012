using KafkaActors.Protocol;
using KafkaActors.Protocol.Records;
using KafkaActors.Storage.Cleaning;
using KafkaActors.Storage.Tests.Simulation;

namespace KafkaActors.Storage.Tests.Cleaning;

/// <summary>
/// Long random lives of a compacted log, on a disk in memory, against a dictionary: appends in all codecs, of deletions
/// and of idempotent producers, cleanings with a map of any size, time, delete-records, retention, restarts and kills.
/// </summary>
[Parallelizable(ParallelScope.All)]
public sealed class CompactionModelTests
{
    private const int Steps = 250;
    private static readonly TimeSpan DeleteRetention = TimeSpan.FromSeconds(20);

    [Test]
    public async Task Whoever_reads_everything_holds_what_the_dictionary_holds(
        [Range(1, 8)] int seed, [Values] bool deletes)
    {
        TestContext.Out.WriteLine($"seed {seed}");
        await using var life = new Life(new Random(seed), deletes);
        for (int step = 0; step < Steps; step++) await life.Step($"step {step}");
    }

    private sealed class Life(Random random, bool deletes) : IAsyncDisposable
    {
        private readonly CompactionModel _model = new();
        private readonly LogConfig _config = CompactedLog.Config with
        {
            CleanupPolicy = deletes ? CleanupPolicy.Compact | CleanupPolicy.Delete : CleanupPolicy.Compact,
            DeleteRetention = DeleteRetention,
            Retention = null,
            RetentionBytes = deletes ? 1_500 : -1,
        };

        private SimulatedLog? _open;
        private long _nowMs = 1_000_000;

        private SimulatedLog Log => _open ??= new SimulatedLog(new SimulatedFileSystem(), _config);

        public async Task Step(string when)
        {
            int dice = random.Next(100);
            if (dice < 60) Append();
            else if (dice < 80) Clean(when);
            else if (dice < 85) _nowMs += random.Next(30_000);
            else if (dice < 88) DeleteRecords();
            else if (dice < 92) Log.Log.ApplyRetention(DateTimeOffset.FromUnixTimeMilliseconds(_nowMs));
            else await Reopen(isKill: dice < 96);
            _model.Check(Log.Log, when);
            _model.CheckProducers(Log.Log, when);
        }

        public async ValueTask DisposeAsync()
        {
            if (_open is not null) await _open.DisposeAsync();
        }

        private void Append()
        {
            int count = random.Next(1, 6);
            var records = new (string? Key, string? Value)[count];
            for (int i = 0; i < count; i++)
                records[i] = ($"k{random.Next(12)}", random.Next(5) == 0 ? null : $"v{random.Next()}");
            long id = random.Next(4);
            var batch = new KeyedBatch(records)
            {
                BaseOffset = Log.Log.LogEndOffset,
                Epoch = Log.Writer.LeaderEpoch.Value,
                Timestamp = _nowMs += random.Next(100),
                Codec = (CompressionType)random.Next(5),
                Producer = id == 0 ? ProducerSequence.None : new ProducerSequence(id, 0, _model.NextSequence(id)),
            };
            _model.Add(batch);
            CompactedLog.Append(Log.Log, Log.Writer, batch);
            if (random.Next(10) == 0) Log.Lead(Log.Writer.LeaderEpoch.Value + 1);
        }

        private void Clean(string when)
        {
            bool isTiny = random.Next(3) == 0;
            LogCleaner cleaner = CompactedLog.Cleaner(isTiny ? random.Next(1, 8) : 1_000);
            DateTimeOffset now = DateTimeOffset.FromUnixTimeMilliseconds(_nowMs);
            CleaningReport report = CompactedLog.Clean(Log.Log, now, cleaner);
            Assert.That(report.IsComplete, Is.True, when);
            if (!isTiny) CompactionModel.CheckCompact(Log.Log, report.EndOffset, when);
        }

        private void DeleteRecords()
        {
            long before = random.NextInt64(Log.Log.LogStartOffset, Log.Log.LogEndOffset + 1);
            before = Log.Log.LogStartOffset + (before - Log.Log.LogStartOffset) / 8;
            Assert.That(Log.Log.DeleteRecordsBefore(Log.Writer, before), Is.EqualTo(ErrorCode.None));
        }

        private async Task Reopen(bool isKill)
        {
            SimulatedFileSystem disk = Log.Files.Kill();
            await Log.DisposeAsync();
            _open = new SimulatedLog(isKill ? disk : Log.Files, _config);
        }
    }
}
