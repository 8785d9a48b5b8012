using KafkaActors.Storage.Files;
using KafkaActors.TestKit;
using Microsoft.Win32.SafeHandles;

namespace KafkaActors.Storage.Tests;

public sealed class FileFlushTests
{
    [Test]
    public void A_file_and_its_directory_are_flushed()
    {
        using var directory = new TempDirectory();
        using ILogFile file = PhysicalFileSystem.Instance.OpenOrCreate(directory.Combine("file"));
        file.Write([1, 2, 3], 0);
        Assert.That(file.Flush, Throws.Nothing);
        Assert.That(() => PhysicalFileSystem.Instance.FlushDirectory(directory.Path), Throws.Nothing);
    }

    /// <summary>fsync of a device that cannot do it fails; .NET's own call leaves that out, as it does EIO.</summary>
    [Test]
    [Platform("Linux")]
    public void A_flush_that_the_system_refuses_is_reported_with_the_path_and_the_reason()
    {
        using SafeFileHandle device = File.OpenHandle("/dev/null", access: FileAccess.ReadWrite);
        Assert.That(
            () => FileFlush.Flush(device, "/data/events-0/00000000000000000000.log"),
            Throws.TypeOf<IOException>().With.Message.EqualTo(
                "fsync of /data/events-0/00000000000000000000.log failed: Invalid argument"));
    }

    [Test]
    [Platform(Exclude = "Win")]
    public void A_directory_that_is_gone_is_reported()
    {
        using var directory = new TempDirectory();
        Assert.That(
            () => PhysicalFileSystem.Instance.FlushDirectory(directory.Combine("absent")),
            Throws.TypeOf<IOException>().With.Message.Contains("absent"));
    }
}
