using KafkaActors.Storage.Files;
using KafkaActors.Storage.Segments;

namespace KafkaActors.Storage;

/// <summary>What all logs of a data directory share. Owned by the <see cref="LogDirectory"/>.</summary>
internal sealed class LogServices(
    IFileSystem files, TimeProvider time, ILogObserver? observer, int idleOpenSegments, string name) : IDisposable
{
    public IFileSystem Files => files;

    public TimeProvider Time => time;

    public ILogObserver? Observer => observer;

    public OpenFileBudget OpenFiles { get; } = new(idleOpenSegments);

    /// <summary>Runs the fsyncs that somebody waits for.</summary>
    public WorkThread Committer { get; } = new($"log-commit {name}");

    /// <summary>Flushes sealed segments and deletes files: long work that nobody waits for.</summary>
    public WorkThread Background { get; } = new($"log-background {name}");

    public DueTimes DueTimes { get; } = new(time);

    public void Dispose()
    {
        DueTimes.Dispose();
        Committer.Dispose();
        Background.Dispose();
    }
}
