using KafkaActors.Protocol;

namespace KafkaActors.Broker.Handlers.Administration;

/// <summary>The volume of a data directory; -1 with an error when it cannot be asked, as when it is gone.</summary>
internal readonly record struct DirectorySpace(long TotalBytes, long UsableBytes, ErrorCode Error)
{
    public static DirectorySpace Of(string path)
    {
        try
        {
            if (!Directory.Exists(path)) return new(-1, -1, ErrorCode.KafkaStorageError);
            var drive = new DriveInfo(path);
            return new(drive.TotalSize, drive.AvailableFreeSpace, ErrorCode.None);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new(-1, -1, ErrorCode.KafkaStorageError);
        }
    }
}
