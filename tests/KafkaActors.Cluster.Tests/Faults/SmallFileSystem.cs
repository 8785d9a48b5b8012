using KafkaActors.Cluster.Tests.Machine;
using KafkaActors.TestKit;
using KafkaActors.TestKit.Processes;

namespace KafkaActors.Cluster.Tests.Faults;

/// <summary>
/// A file system of a few megabytes in memory, in a mount namespace of its own that a process holds open: as root with
/// <c>unshare -m</c>, as a user with <c>unshare -Urm</c>. It is gone when that process is. What works on it has to be
/// started through <see cref="Under"/>.
/// </summary>
internal sealed class SmallFileSystem : IAsyncDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(20);

    private readonly TempDirectory _mountPoint;
    private readonly ExternalProcess _holder;

    private SmallFileSystem(TempDirectory mountPoint, ExternalProcess holder)
    {
        _mountPoint = mountPoint;
        _holder = holder;
    }

    /// <summary>The path, as those see it that are started through <see cref="Under"/>.</summary>
    public string Path => _mountPoint.Path;

    /// <summary>The program that starts another one where this file system is mounted, and becomes it.</summary>
    public IReadOnlyList<string> Under => IsRoot
        ? ["nsenter", "-m", "-t", $"{_holder.Id}"]
        : ["nsenter", "--preserve-credentials", "-U", "-m", "-t", $"{_holder.Id}"];

    private static bool IsRoot => Environment.UserName == "root";

    /// <summary>Mounts one, or answers null where the system allows no such thing.</summary>
    public static async Task<SmallFileSystem?> TryMount(int megabytes)
    {
        if (!OperatingSystem.IsLinux()) return null;
        TempDirectory mountPoint = new();
        string script = $"mount -t tmpfs -o size={megabytes}m none '{mountPoint.Path}' && echo mounted && exec cat";
        ExternalProcess holder = ExternalProcess.Start("unshare", [IsRoot ? "-m" : "-Urm", "sh", "-c", script]);
        try
        {
            await holder.WaitForOutputAsync(line => line == "mounted", Timeout);
            return new SmallFileSystem(mountPoint, holder);
        }
        catch (AssertionException refused)
        {
            await TestContext.Out.WriteLineAsync(refused.Message);
            await holder.DisposeAsync();
            mountPoint.Dispose();
            return null;
        }
    }

    /// <summary>Ends a test that has got none.</summary>
    public static void SkipOrFail() =>
        MachineNeeds.SkipOrFail("root", "a small file system, by a mount as root or by unshare -Urm");

    /// <summary>Takes up room with a file.</summary>
    public Task TakeAway(int megabytes) =>
        Run("dd", "if=/dev/zero", $"of={Path}/ballast", "bs=1M", $"count={megabytes}");

    /// <summary>Takes up whatever room there is; to be called again when some was made.</summary>
    public Task FillUp() => Run("sh", "-c", $"dd if=/dev/zero of='{Path}/filling' bs=4k 2>/dev/null; true");

    public Task GiveBack() => Run("rm", $"{Path}/ballast");

    public async ValueTask DisposeAsync()
    {
        await _holder.DisposeAsync();
        _mountPoint.Dispose();
    }

    private async Task Run(params string[] words)
    {
        string[] all = [.. Under, .. words];
        await using ExternalProcess process = ExternalProcess.Start(all[0], all[1..]);
        Assert.That(await process.WaitForExitAsync(Timeout), Is.Zero, process.Describe());
    }
}
