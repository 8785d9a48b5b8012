using KafkaActors.Protocol;
using KafkaActors.TestKit;

namespace KafkaActors.Storage.Tests;

/// <summary>
/// A data directory in the temporary folder with one log in it, that can be closed, killed and opened again.
/// </summary>
internal sealed class TemporaryLog : IAsyncDisposable, ILogObserver
{
    public static readonly TopicPartition Name = new("events", 0);
    public static readonly TopicId Id = new(new Guid("5f0e4a52-6a30-4b0c-9a52-0d2f8f3f2f11"));

    private readonly List<TempDirectory> _temporary = [];
    private readonly List<LogDamage> _damages = [];

    public TemporaryLog(LogConfig? config = null, TimeProvider? time = null)
    {
        Config = config ?? LogConfig.Default;
        _temporary.Add(new TempDirectory());
        Options = new LogDirectoryOptions
        {
            Path = _temporary[0].Path,
            NodeId = new NodeId(1),
            Time = time ?? TimeProvider.System,
            Observer = this,
        };
        Open();
    }

    public LogConfig Config { get; set; }

    public LogDirectoryOptions Options { get; set; }

    public string Root => Options.Path;

    public string LogPath => Path.Combine(Root, Name.ToString());

    public LogDirectory Directory { get; private set; } = null!;

    public PartitionLog Log { get; private set; } = null!;

    public WriterToken Writer { get; private set; } = null!;

    /// <summary>Opens the directory; the writer leads under the epoch that the log has.</summary>
    public void Open()
    {
        Directory = LogDirectory.Open(Options);
        Log = Directory.OpenLog(Name, Id, Config);
        Lead(Log.LatestEpoch?.Value ?? 0);
    }

    public void Lead(int epoch) => Writer = Log.TakeWriter(ReplicaRole.Leader, new LeaderEpoch(epoch));

    public async Task Close() => await Directory.DisposeAsync();

    public async Task Reopen()
    {
        await Close();
        Open();
    }

    /// <summary>
    /// Leaves on the disk what a process killed now would leave, and closes the rest; nothing is open then.
    /// </summary>
    public async Task Kill()
    {
        var copy = new TempDirectory();
        _temporary.Add(copy);
        CopyDirectory(Root, copy.Path);
        await Close();
        Options = Options with { Path = copy.Path };
    }

    /// <summary>
    /// Closes in order and takes the marker away: everything is below the recovery point and flushed.
    /// </summary>
    public async Task CloseWithoutMarker()
    {
        await Close();
        File.Delete(Path.Combine(Root, LogFileNames.CleanShutdown));
    }

    public long Append(TestBatch batch)
    {
        TestBatch placed = batch with { BaseOffset = Log.LogEndOffset, Epoch = Writer.LeaderEpoch.Value };
        Assert.That(Log.Append(Writer, placed.Build()).Error, Is.EqualTo(ErrorCode.None));
        return placed.BaseOffset;
    }

    public void AppendMany(int batches, int payloadBytes = 40)
    {
        var batch = new TestBatch { PayloadBytes = payloadBytes };
        for (int i = 0; i < batches; i++) Append(batch with { Timestamp = 1_000 + Log.LogEndOffset });
    }

    /// <summary>What was told of the disk since it was last asked.</summary>
    public LogDamage[] TakeDamages()
    {
        lock (_damages)
        {
            LogDamage[] told = [.. _damages];
            _damages.Clear();
            return told;
        }
    }

    public void Flushed(PartitionLog log, long flushedOffset)
    {
    }

    public void Failed(PartitionLog log, LogFailure failure)
    {
    }

    public void Damaged(LogDamage damage)
    {
        lock (_damages) _damages.Add(damage);
    }

    public byte[] ReadAll() => LogBytes.Read(Log);

    /// <summary>The files with a suffix, oldest first.</summary>
    public string[] Files(string suffix) =>
        [.. System.IO.Directory.GetFiles(LogPath)
            .Where(path => path.EndsWith(suffix, StringComparison.Ordinal)).Order(StringComparer.Ordinal)];

    public async ValueTask DisposeAsync()
    {
        await Directory.DisposeAsync();
        foreach (TempDirectory directory in _temporary) directory.Dispose();
    }

    private static void CopyDirectory(string from, string to)
    {
        System.IO.Directory.CreateDirectory(to);
        foreach (string file in System.IO.Directory.GetFiles(from))
        {
            if (Path.GetFileName(file) != LogFileNames.Lock) File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
        }
        foreach (string directory in System.IO.Directory.GetDirectories(from))
            CopyDirectory(directory, Path.Combine(to, Path.GetFileName(directory)));
    }
}
