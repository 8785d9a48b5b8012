using KafkaActors.Protocol;

namespace KafkaActors.Storage.Tests;

/// <summary>A data directory in the temporary folder with one log in it, that can be closed and opened again.</summary>
internal sealed class TemporaryLog : IAsyncDisposable
{
    public static readonly TopicPartition Name = new("events", 0);

    private static readonly TopicId Id = new(new Guid("5f0e4a52-6a30-4b0c-9a52-0d2f8f3f2f11"));

    private readonly TopicId _topicId;

    public TemporaryLog(LogConfig? config = null, LogDirectoryOptions? options = null)
    {
        _topicId = Id;
        Config = config ?? LogConfig.Default;
        Root = Path.Combine(Path.GetTempPath(), "kafka-actors-tests", Guid.NewGuid().ToString("N"));
        Options = (options ?? new LogDirectoryOptions { Path = "", NodeId = new NodeId(1) }) with { Path = Root };
        Open();
    }

    public string Root { get; }

    public LogConfig Config { get; set; }

    public LogDirectoryOptions Options { get; set; }

    public LogDirectory Directory { get; private set; } = null!;

    public PartitionLog Log { get; private set; } = null!;

    public WriterToken Writer { get; private set; } = null!;

    public string LogPath => Path.Combine(Root, Name.ToString());

    /// <summary>Opens the directory; the writer leads under epoch 0 unless the log failed.</summary>
    public void Open()
    {
        Directory = LogDirectory.Open(Options);
        Log = Directory.OpenLog(Name, _topicId, Config);
        Lead(Log.LatestEpoch?.Value ?? 0);
    }

    public void Lead(int epoch) => Writer = Log.TakeWriter(ReplicaRole.Leader, new LeaderEpoch(epoch));

    public async Task Close() => await Directory.DisposeAsync();

    public async Task Reopen()
    {
        await Close();
        Open();
    }

    /// <summary>Closes and takes the marker away: what a killed process would have left, had the last write gone out.</summary>
    public async Task CloseUncleanly()
    {
        await Close();
        File.Delete(Path.Combine(Root, LogFileNames.CleanShutdown));
    }

    public long Append(TestBatch batch)
    {
        TestBatch placed = batch with { BaseOffset = Log.LogEndOffset, Epoch = Writer.LeaderEpoch.Value };
        LogAppendResult result = Log.Append(Writer, placed.Build());
        Assert.That(result.Error, Is.EqualTo(ErrorCode.None));
        return placed.BaseOffset;
    }

    public void AppendMany(int batches, int payloadBytes = 40)
    {
        for (int i = 0; i < batches; i++) Append(new TestBatch { PayloadBytes = payloadBytes, Timestamp = 1_000 + i });
    }

    /// <summary>All bytes from an offset on, read as a reader would.</summary>
    public byte[] ReadAll(long offset = 0, int maxBytes = 1 << 20)
    {
        using var all = new MemoryStream();
        while (true)
        {
            using LogReadResult read = Log.Read(offset, long.MaxValue, maxBytes, atLeastOneBatch: true);
            Assert.That(read.Error, Is.EqualTo(ErrorCode.None));
            if (read.IsEmpty) return all.ToArray();
            byte[] bytes = new byte[read.Length];
            read.CopyTo(bytes);
            all.Write(bytes);
            offset = read.NextOffset;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Directory.DisposeAsync();
        System.IO.Directory.Delete(Root, recursive: true);
    }
}
