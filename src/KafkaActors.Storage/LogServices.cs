using KafkaActors.Storage.Checkpoints;
using KafkaActors.Storage.Files;
using KafkaActors.Storage.Segments;

namespace KafkaActors.Storage;

/// <summary>What all logs of a data directory share. Owned by the <see cref="LogDirectory"/>.</summary>
internal sealed class LogServices(LogDirectoryOptions options, DiskSpace space) : IDisposable
{
    public DiskSpace Space => space;

    public IFileSystem Files => options.Files;

    public TimeProvider Time => options.Time;

    public RecoveryProgress Recovery => options.Recovery;

    public ILogObserver? Observer => options.Observer;

    public TimeSpan DamageRetention => options.DamageRetention;

    public DirectoryCheckpoints Checkpoints { get; } = new(options.Files, options.Path);

    public OpenFileBudget OpenFiles { get; } = new(options.IdleOpenSegments, options.OpenFiles);

    public IndexBudget Indexes { get; } = new(options.SealedIndexBytes);

    /// <summary>Runs the fsyncs that somebody waits for.</summary>
    public WorkPool Committer { get; } = new($"log-commit {options.Path}", threads: 1);

    /// <summary>Flushes sealed segments and deletes files: long work that nobody waits for.</summary>
    public WorkPool Background { get; } = new($"log-background {options.Path}", threads: 1);

    public DueTimes DueTimes { get; } = new(options.Time);

    public void Dispose()
    {
        DueTimes.Dispose();
        Committer.Dispose();
        Background.Dispose();
    }
}
