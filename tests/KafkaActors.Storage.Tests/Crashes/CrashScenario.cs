using KafkaActors.Protocol;
using KafkaActors.Storage.Tests.Simulation;
using KafkaActors.TestKit;

namespace KafkaActors.Storage.Tests.Crashes;

/// <summary>
/// A life of a log in which everything happens to it once: appends by two producers, rolls, new epochs, flushes,
/// checkpoints, delete-records, retention, an orderly close, truncations between and within batches, a new beginning.
/// Before each change to the disk it takes one or more crash points of it.
/// </summary>
internal sealed class CrashScenario(
    FlushPolicy policy, Func<SimulatedFileSystem, IEnumerable<SimulatedFileSystem>> crash) : IAsyncDisposable
{
    public static readonly LogConfig Config = LogConfig.Default with
    {
        SegmentBytes = 450,
        IndexIntervalBytes = 120,
        RetentionBytes = 900,
        Retention = null,
        FileDeleteDelay = TimeSpan.Zero,
        ProducerLimits = ProducerStateLimits.None,
    };

    private readonly Lock _gate = new();
    private readonly SimulatedFileSystem _disk = new();
    private readonly int[] _sequences = new int[2];
    private SimulatedLog? _log;
    private Promise _promise = new();
    private int _appended;

    public List<CrashPoint> Points { get; } = [];

    /// <summary>Every batch that was ever appended at an offset.</summary>
    public Dictionary<long, List<TestBatch>> Ever { get; } = [];

    public async Task Run()
    {
        _disk.Before = Record;
        try
        {
            await FirstLife();
            await SecondLife();
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

    private async Task FirstLife()
    {
        Open();
        Append(6);
        await Flush();
        AdvanceHighWatermark();
        _log!.Directory.WriteCheckpoints();
        _log.Lead(2);
        Append(7);
        AdvanceHighWatermark();
        DeleteBefore(5);
        _log.Log.ApplyRetention(DateTimeOffset.UnixEpoch);
        Append(4);
        await Flush();
        await Close();
    }

    private async Task SecondLife()
    {
        Open();
        _log!.Lead(3);
        TruncateTo(_log.Log.LogEndOffset - 1);
        _log.Lead(4);
        Append(9);
        await Flush();
        AdvanceHighWatermark();
        _log.Directory.WriteCheckpoints();
        _log.Lead(5);
        TruncateTo(_log.Log.LogEndOffset - 12);
        Append(2);
        AdvanceHighWatermark();
        _log.Log.ApplyRetention(DateTimeOffset.UnixEpoch);
        await BeginAnewAt(_log.Log.LogEndOffset + 40);
        Append(5);
        await Flush();
        await Close();
    }

    private void Open() => _log = new SimulatedLog(_disk, Config with { FlushPolicy = policy });

    private async Task Close()
    {
        await _log!.DisposeAsync();
        Change(promise => promise with { Flushed = _log.Log.LogEndOffset });
    }

    private void Append(int batches)
    {
        for (int i = 0; i < batches; i++)
        {
            int producer = _appended++ % 2;
            int records = _appended % 3 == 0 ? 3 : 1;
            var batch = new TestBatch
            {
                BaseOffset = _log!.Log.LogEndOffset,
                Records = records,
                Epoch = _log.Writer.LeaderEpoch.Value,
                Timestamp = 1_000 + _appended,
                ProducerId = 70 + producer,
                ProducerEpoch = 0,
                Sequence = _sequences[producer],
            };
            _sequences[producer] += records;
            if (!Ever.TryGetValue(batch.BaseOffset, out List<TestBatch>? versions))
                Ever[batch.BaseOffset] = versions = [];
            versions.Add(batch);
            Change(promise => promise with { Batches = promise.Batches.SetItem(batch.BaseOffset, batch) });
            Assert.That(_log.Log.Append(_log.Writer, batch.Build()).Error, Is.EqualTo(ErrorCode.None));
        }
    }

    private async Task Flush()
    {
        if (policy == FlushPolicy.OperatingSystem) return;
        long end = _log!.Log.LogEndOffset;
        await Eventually.That(() => _log.Log.FlushedOffset, Is.EqualTo(end));
    }

    private void AdvanceHighWatermark() => _log!.Log.AdvanceHighWatermark(_log.Writer, _log.Log.LogEndOffset);

    private void DeleteBefore(long offset)
    {
        Change(promise => promise with { BeginsAtMost = offset });
        Assert.That(_log!.Log.DeleteRecordsBefore(_log.Writer, offset), Is.EqualTo(ErrorCode.None));
        Change(promise => promise with { DeletedBefore = offset });
    }

    private void TruncateTo(long offset)
    {
        Assert.That(_log!.Log.TruncateTo(_log.Writer, offset), Is.EqualTo(ErrorCode.None));
        long end = _log.Log.LogEndOffset;
        Change(promise => promise with
        {
            Batches = promise.Batches.RemoveRange(promise.Batches.Keys.Where(at => at >= end)),
        });
    }

    private async Task BeginAnewAt(long offset)
    {
        await Flush();
        Change(promise => promise with { IsBeginningAnew = true, BeginsAtMost = offset });
        Assert.That(_log!.Log.TruncateFullyAndStartAt(_log.Writer, offset), Is.EqualTo(ErrorCode.None));
        Change(promise => new Promise { Flushed = offset, DeletedBefore = offset, BeginsAtMost = offset });
    }

    private Promise Promised()
    {
        lock (_gate) return _promise;
    }

    private void Change(Func<Promise, Promise> change)
    {
        lock (_gate) _promise = change(_promise);
    }

    /// <summary>
    /// The promise is read before the disk: what the log withdraws, it withdraws before it touches the disk.
    /// </summary>
    private void Record(string operation, string path)
    {
        lock (_disk.Gate)
        {
            Promise promise = Promised();
            if (_log?.Log is { } log)
            {
                LogView view = log.View;
                promise = promise with
                {
                    Flushed = Math.Min(log.FlushedOffset, view.LogEndOffset),
                    Appended = view.LogEndOffset,
                    BeginsAtMost = Math.Max(view.LogStartOffset, promise.BeginsAtMost),
                };
            }
            foreach (SimulatedFileSystem disk in crash(_disk))
                Points.Add(new CrashPoint($"{Points.Count}: {operation} {path}", disk, promise));
        }
    }
}
