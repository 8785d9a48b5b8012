using KafkaActors.Protocol;
using KafkaActors.Storage.Files;

namespace KafkaActors.Storage;

/// <summary>How a data directory is opened.</summary>
public sealed record LogDirectoryOptions
{
    public required string Path { get; init; }

    public required NodeId NodeId { get; init; }

    /// <summary>The cluster the node is known to belong to; null when it does not know one yet.</summary>
    public string? ClusterId { get; init; }

    public ILogObserver? Observer { get; init; }

    /// <summary>Told how far the recovery of logs has come.</summary>
    public RecoveryProgress Recovery { get; init; } = new();

    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>How many sealed segments keep their file open between reads.</summary>
    public int IdleOpenSegments { get; init; } = 1024;

    /// <summary>How many files the process may open.</summary>
    public OpenFiles OpenFiles { get; init; } = PhysicalFileSystem.Instance.OpenFiles;

    /// <summary>How much memory the indexes of sealed segments may take.</summary>
    public long SealedIndexBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>How much of the disk is kept back from records, see <see cref="DiskSpace"/>; 0 is nothing.</summary>
    public long ReserveBytes { get; init; }

    /// <summary>How long bytes are kept that were taken out of a log, and damage that was put right is shown.</summary>
    public TimeSpan DamageRetention { get; init; } = TimeSpan.FromDays(1);

    /// <summary>The disk; another one in tests of failures.</summary>
    public IFileSystem Files { get; init; } = PhysicalFileSystem.Instance;
}
