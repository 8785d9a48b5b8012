using System.Diagnostics;
using System.Globalization;

namespace KafkaActors.Testing;

/// <summary>
/// Temporary directories of processes that were killed before they could delete them: deleted by the first broker of a
/// later process, beside its start.
/// </summary>
internal static class AbandonedDirectories
{
    private static readonly Lazy<Task> LazyDeletion = new(() => Task.Run(() => DeleteIn(Path.GetTempPath())));

    /// <summary>Has it done once for each process; nobody needs to wait.</summary>
    public static Task Delete() => LazyDeletion.Value;

    /// <summary>Deletes those in <paramref name="parent"/> whose process has gone and whose lock is free.</summary>
    public static void DeleteIn(string parent)
    {
        foreach (string path in Directory.EnumerateDirectories(parent, BrokerDirectory.Prefix + "*"))
            if (!IsProcessRunning(path)) BrokerDirectory.TakeOver(path)?.Dispose();
    }

    // Seen from another container all processes are gone, or other ones: the lock has the last word.
    private static bool IsProcessRunning(string path)
    {
        string[] words = Path.GetFileName(path)[BrokerDirectory.Prefix.Length..].Split('-');
        if (!int.TryParse(words[0], NumberStyles.None, CultureInfo.InvariantCulture, out int id)) return true;
        try
        {
            using Process process = Process.GetProcessById(id);
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
