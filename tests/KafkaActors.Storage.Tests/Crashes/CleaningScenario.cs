using KafkaActors.Protocol.Records;
using KafkaActors.Storage.Cleaning;
using KafkaActors.Storage.Tests.Cleaning;
using KafkaActors.Storage.Tests.Simulation;

namespace KafkaActors.Storage.Tests.Crashes;

/// <summary>
/// A life of a compacted log: appends of keys that come back and are deleted, by idempotent producers and others, and
/// between them cleanings: of everything, with a map too small, past delete horizons, after a restart. Before each
/// change to the disk it takes one or more crash points of it.
/// </summary>
internal sealed class CleaningScenario(
    Func<SimulatedFileSystem, IEnumerable<SimulatedFileSystem>> crash) : IAsyncDisposable
{
    public static readonly LogConfig Config = CompactedLog.Config with { DeleteRetention = TimeSpan.FromSeconds(50) };

    private readonly Lock _gate = new();
    private readonly SimulatedFileSystem _disk = new();
    private readonly CleaningPoint _nothing = new("", new SimulatedFileSystem(), 0, 0);
    private SimulatedLog? _log;
    private long _nowMs = 1_000_000;
    private int _appended;

    public List<CleaningPoint> Points { get; } = [];

    public CompactionModel Model { get; } = new();

    public async Task Run()
    {
        _disk.Before = Record;
        try
        {
            Open();
            Append(10);
            await Clean(keys: 100);
            Append(6);
            await Clean(keys: 3);
            await Clean(keys: 100);
            await _log!.DisposeAsync();
            Open();
            _log.Lead(2);
            Append(5);
            _nowMs += 60_000;
            await Clean(keys: 100);
            _log.Directory.WriteCheckpoints();
            Append(1);
            await _log.DisposeAsync();
        }
        finally
        {
            _disk.Before = null;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_log is not null) await _log.DisposeAsync();
    }

    private void Open() => _log = new SimulatedLog(_disk, Config);

    private void Append(int batches)
    {
        for (int i = 0; i < batches; i++)
        {
            _appended++;
            long id = _appended % 3;
            string? value = _appended % 4 == 0 ? null : $"{_appended}";
            var batch = new KeyedBatch(($"k{_appended % 5}", value), ($"j{_appended % 7}", $"{_appended}"))
            {
                BaseOffset = _log!.Log.LogEndOffset,
                Epoch = _log.Writer.LeaderEpoch.Value,
                Timestamp = _nowMs++,
                Codec = _appended % 2 == 0 ? CompressionType.Lz4 : CompressionType.None,
                Producer = id == 0 ? ProducerSequence.None : new ProducerSequence(id, 0, Model.NextSequence(id)),
            };
            lock (_gate) Model.Add(batch);
            CompactedLog.Append(_log.Log, _log.Writer, batch);
        }
    }

    private async Task Clean(int keys)
    {
        // Rolled segments are flushed on another thread, which takes crash points too.
        _log!.Log.State.Flusher.Flush(includeActive: true);
        CleaningPlan plan = _log.Log.PlanCleaning(DateTimeOffset.FromUnixTimeMilliseconds(_nowMs))!;
        LogCleaner cleaner = CompactedLog.Cleaner(keys);
        CleaningReport? report = await Task.Run(() => cleaner.Clean(plan, CancellationToken.None));
        Assert.That(report?.IsComplete, Is.True);
    }

    private void Record(string operation, string path)
    {
        lock (_disk.Gate)
        {
            CleaningPoint promised = _nothing;
            if (_log?.Log is { } log)
                promised = promised with { Flushed = log.FlushedOffset, Appended = log.View.LogEndOffset };
            foreach (SimulatedFileSystem disk in crash(_disk))
                Points.Add(promised with { Next = $"{Points.Count}: {operation} {path}", Disk = disk });
        }
    }
}
