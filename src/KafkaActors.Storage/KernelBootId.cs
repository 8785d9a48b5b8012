namespace KafkaActors.Storage;

/// <summary>
/// What tells one run of the operating system from the next: a process that died under the same boot id has left its
/// last writes in the page cache, one under another boot id may have lost them.
/// </summary>
public static class KernelBootId
{
    private const string LinuxPath = "/proc/sys/kernel/random/boot_id";

    /// <summary>Null where the system does not tell; then every unclean stop counts as a crash of the system.</summary>
    public static string? Read()
    {
        try
        {
            return File.Exists(LinuxPath) ? File.ReadAllText(LinuxPath).Trim() : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
