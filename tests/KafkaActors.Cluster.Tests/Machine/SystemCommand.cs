using KafkaActors.TestKit.Processes;

namespace KafkaActors.Cluster.Tests.Machine;

/// <summary>A short program of the system that has to succeed.</summary>
internal static class SystemCommand
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(60);

    public static async Task RunAsync(string line)
    {
        string[] words = line.Split(' ');
        await using ExternalProcess process = ExternalProcess.Start(words[0], words[1..]);
        Assert.That(await process.WaitForExitAsync(Timeout), Is.Zero, $"{line}\n{process.Describe()}");
    }

    /// <summary>For what may be gone already.</summary>
    public static async Task TryAsync(string line)
    {
        string[] words = line.Split(' ');
        await using ExternalProcess process = ExternalProcess.Start(words[0], words[1..]);
        await process.WaitForExitAsync(Timeout);
    }
}
