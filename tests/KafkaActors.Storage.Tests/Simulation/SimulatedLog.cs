using KafkaActors.Protocol;

namespace KafkaActors.Storage.Tests.Simulation;

/// <summary>One log on a simulated disk, that outlives kills and power cuts of its process.</summary>
internal sealed class SimulatedLog : IAsyncDisposable, ILogObserver
{
    private static readonly TopicPartition Name = new("events", 0);
    private static readonly TopicId Id = new(new Guid("5f0e4a52-6a30-4b0c-9a52-0d2f8f3f2f11"));

    public SimulatedLog(SimulatedFileSystem files, LogConfig config)
    {
        Files = files;
        Config = config;
        Options = new LogDirectoryOptions { Path = "/data", NodeId = new NodeId(1), Observer = this, Files = files };
        Directory = LogDirectory.Open(Options);
        Log = Directory.OpenLog(Name, Id, config);
        Writer = Log.TakeWriter(ReplicaRole.Leader, Log.LatestEpoch ?? new LeaderEpoch(0));
    }

    public SimulatedFileSystem Files { get; }

    public LogConfig Config { get; }

    public LogDirectoryOptions Options { get; }

    public LogDirectory Directory { get; }

    public PartitionLog Log { get; }

    public WriterToken Writer { get; private set; }

    public int FailuresSeen { get; private set; }

    /// <summary>What was told of the disk, from any thread.</summary>
    public List<LogDamage> Damages { get; } = [];

    public void Lead(int epoch) => Writer = Log.TakeWriter(ReplicaRole.Leader, new LeaderEpoch(epoch));

    public LogAppendResult TryAppend(TestBatch? batch = null)
    {
        batch ??= new TestBatch();
        batch = batch with { BaseOffset = Log.LogEndOffset, Epoch = Writer.LeaderEpoch.Value };
        return Log.Append(Writer, batch.Build());
    }

    public void AppendMany(int batches)
    {
        for (int i = 0; i < batches; i++) Assert.That(TryAppend().Error, Is.EqualTo(ErrorCode.None));
    }

    public byte[] ReadAll() => LogBytes.Read(Log);

    public void Flushed(PartitionLog log, long flushedOffset)
    {
    }

    public void Failed(PartitionLog log, LogFailure failure) => FailuresSeen++;

    public void Damaged(LogDamage damage)
    {
        lock (Damages) Damages.Add(damage);
    }

    public ValueTask DisposeAsync() => Directory.DisposeAsync();
}
