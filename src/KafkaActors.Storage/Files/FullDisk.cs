namespace KafkaActors.Storage.Files;

/// <summary>Tells a full disk, or a used up quota, from a broken one: the first is cured by making room.</summary>
public static class FullDisk
{
    /// <summary>ENOSPC, the same on Linux and macOS.</summary>
    public const int NoSpace = 28;

    private const int QuotaOnLinux = 122;
    private const int QuotaOnMac = 69;
    private const int DiskFullOnWindows = unchecked((int)0x80070070);
    private const int HandleDiskFullOnWindows = unchecked((int)0x80070027);

    /// <summary>What to do about a log that a failed write took offline.</summary>
    public static string RemedyFor(Exception e) => Is(e)
        ? "make room on the disk and restart the node: nothing that was acknowledged is lost"
        : "look at the disk, then restart the node";

    /// <summary>.NET keeps the system's own error number in the exception.</summary>
    public static bool Is(Exception? e) => e is IOException && (OperatingSystem.IsWindows()
        ? e.HResult is DiskFullOnWindows or HandleDiskFullOnWindows
        : e.HResult is NoSpace || e.HResult == (OperatingSystem.IsMacOS() ? QuotaOnMac : QuotaOnLinux));
}
