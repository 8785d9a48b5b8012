namespace KafkaActors.Broker.Hosting;

/// <summary>
/// The kernel's boot id: while it is the same, the page cache is too, and a crashed process has lost nothing that it
/// wrote. Null where the system has none; then every unclean stop is in doubt.
/// </summary>
internal static class BootId
{
    private const string LinuxFile = "/proc/sys/kernel/random/boot_id";

    public static string? Read()
    {
        try
        {
            return File.Exists(LinuxFile) ? File.ReadAllText(LinuxFile).Trim() : null;
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            // A container may hide it: unknown is the careful answer.
            return null;
        }
    }
}
