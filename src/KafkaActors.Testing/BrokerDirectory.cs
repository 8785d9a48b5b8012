using System.Diagnostics;
using System.Globalization;

namespace KafkaActors.Testing;

/// <summary>
/// Where one broker keeps its data. A directory of the caller's stays as it is. A temporary one is deleted at the end;
/// its name begins with the id of the process that made it, and a file in it is locked for as long as it is in use, so
/// that what a killed process left behind can be told from what is needed.
/// </summary>
internal sealed class BrokerDirectory : IDisposable
{
    public const string Prefix = "kafka-actors-testing-";

    public const string OwnerFile = "owner.lock";

    private readonly string? _temporary;
    private readonly FileStream? _owner;

    private BrokerDirectory(string dataPath) => DataPath = dataPath;

    private BrokerDirectory(string temporary, FileStream owner)
        : this(Path.Combine(temporary, "data"))
    {
        _temporary = temporary;
        _owner = owner;
    }

    public string DataPath { get; }

    /// <summary>The caller's directory, which the broker creates when it is absent.</summary>
    public static BrokerDirectory Of(string path) => new(Path.GetFullPath(path));

    public static BrokerDirectory Temporary()
    {
        string process = Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
        string path = Directory.CreateTempSubdirectory($"{Prefix}{process}-").FullName;
        return new BrokerDirectory(path, Lock(path, FileMode.CreateNew));
    }

    /// <summary>Another process's temporary directory as our own; null when it is still in use, or none.</summary>
    public static BrokerDirectory? TakeOver(string path)
    {
        try
        {
            return new BrokerDirectory(path, Lock(path, FileMode.Open));
        }
        catch (Exception cause) when (IsDiskFault(cause))
        {
            return null;
        }
    }

    /// <summary>Best effort: what cannot be deleted now is deleted by a later process.</summary>
    public void Dispose()
    {
        if (_temporary is null) return;
        try
        {
            if (Directory.Exists(DataPath)) Directory.Delete(DataPath, recursive: true);
            _owner?.Dispose();
            Directory.Delete(_temporary, recursive: true);
        }
        catch (Exception cause) when (IsDiskFault(cause))
        {
            Trace.TraceWarning("{0} could not be deleted: {1}", _temporary, cause.Message);
        }
        finally
        {
            _owner?.Dispose();
        }
    }

    private static FileStream Lock(string path, FileMode mode) =>
        new(Path.Combine(path, OwnerFile), mode, FileAccess.ReadWrite, FileShare.None);

    private static bool IsDiskFault(Exception cause) => cause is IOException or UnauthorizedAccessException;
}
