using KafkaActors.TestKit;
using KafkaActors.TestKit.Machine;

namespace KafkaActors.Cluster.Tests.Machine;

/// <summary>
/// A file system of its own in a file, that can be frozen: writes and syncs then wait without an error, and reads go on
/// from the cache. Root only; thawed and gone once disposed. Processes that use it have to be gone before.
/// </summary>
internal sealed class LoopMount : IAsyncDisposable
{
    private readonly TempDirectory _place = new();
    private bool _isFrozen;

    public string Path => _place.Combine("mount");

    public static async Task<LoopMount> CreateAsync(int megabytes)
    {
        MachineNeeds.Root();
        MachineNeeds.Program("mkfs.ext4", "e2fsprogs");
        MachineNeeds.Program("fsfreeze", "util-linux");
        LoopMount mount = new();
        string image = mount._place.Combine("image");
        Directory.CreateDirectory(mount.Path);
        await using (FileStream file = File.Create(image)) file.SetLength(megabytes * 1024L * 1024L);
        await SystemCommand.RunAsync($"mkfs.ext4 -q -F {image}");
        await SystemCommand.RunAsync($"mount -o loop {image} {mount.Path}");
        Directory.Delete(System.IO.Path.Combine(mount.Path, "lost+found"));
        return mount;
    }

    public async Task FreezeAsync()
    {
        _isFrozen = true;
        await SystemCommand.RunAsync($"fsfreeze -f {Path}");
    }

    public async Task ThawAsync()
    {
        if (!_isFrozen) return;
        await SystemCommand.TryAsync($"fsfreeze -u {Path}");
        _isFrozen = false;
    }

    /// <summary>Takes up what room there is.</summary>
    public Task FillAsync() => SystemCommand.TryAsync($"dd if=/dev/zero of={Path}/filling bs=64k");

    public void GiveBack() => File.Delete(System.IO.Path.Combine(Path, "filling"));

    public async ValueTask DisposeAsync()
    {
        await ThawAsync();
        await SystemCommand.TryAsync($"umount {Path}");
        _place.Dispose();
    }
}
