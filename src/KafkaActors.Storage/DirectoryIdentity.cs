using KafkaActors.Protocol;
using KafkaActors.Storage.Checkpoints;

namespace KafkaActors.Storage;

/// <summary>Makes sure that a data directory is this node's, and this process's alone.</summary>
internal static class DirectoryIdentity
{
    /// <summary>Creates the directory when it is absent and takes its lock file.</summary>
    public static IDisposable TakeLock(LogDirectoryOptions options)
    {
        try
        {
            options.Files.CreateDirectory(options.Path);
        }
        catch (Exception e) when (LogState.IsDiskFault(e))
        {
            throw new LogDirectoryException(
                $"{options.Path} cannot be created: {e.Message}; give a directory that this user may write to", e);
        }
        try
        {
            return options.Files.Lock(Path.Combine(options.Path, LogFileNames.Lock));
        }
        catch (UnauthorizedAccessException e)
        {
            throw new LogDirectoryException(
                $"{options.Path} is not writable: {e.Message}; let this user write to it", e);
        }
        catch (IOException e)
        {
            throw new LogDirectoryException(
                $"{options.Path} is in use by another process; stop it, or give this node a directory of its own", e);
        }
    }

    /// <summary>Makes a new directory this node's.</summary>
    public static MetaProperties Write(LogDirectoryOptions options)
    {
        var meta = new MetaProperties(
            options.ClusterId, options.NodeId, DirectoryId.NewRandom(), BrokerEpoch.None, BootId: null);
        MetaPropertiesFile.Write(options.Files, PathOf(options), meta);
        return meta;
    }

    /// <summary>Reads whose directory it is; null for a new one.</summary>
    public static MetaProperties? Identify(LogDirectoryOptions options)
    {
        if (MetaPropertiesFile.Read(options.Files, PathOf(options)) is not { } meta) return null;
        if (meta.NodeId != options.NodeId)
        {
            throw new LogDirectoryException(
                $"{options.Path} belongs to node {meta.NodeId}, this is node {options.NodeId}; "
                + $"set node.id to {meta.NodeId} or give another directory");
        }
        if (meta.ClusterId is { } cluster && options.ClusterId is { } own && cluster != own)
        {
            throw new LogDirectoryException(
                $"{options.Path} belongs to cluster {cluster}, this node to {own}; "
                + $"give another directory or join {cluster}");
        }
        return meta;
    }

    private static string PathOf(LogDirectoryOptions options) =>
        Path.Combine(options.Path, LogFileNames.MetaProperties);
}
