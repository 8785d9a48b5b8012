using KafkaActors.TestKit.Processes;
using NUnit.Framework;

namespace KafkaActors.TestKit.Machine;

/// <summary>A short program of the system that has to succeed.</summary>
public static class SystemCommand
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(60);

    public static async Task RunAsync(string line)
    {
        string[] words = line.Split(' ');
        ExternalProcess process = ExternalProcess.Start(words[0], words[1..]);
        await using (process.ConfigureAwait(false))
        {
            int exitCode = await process.WaitForExitAsync(Timeout).ConfigureAwait(false);
            Assert.That(exitCode, Is.Zero, $"{line}\n{process.Describe()}");
        }
    }

    /// <summary>For what may be gone already.</summary>
    public static Task TryAsync(string line) => TryAsync(line.Split(' '));

    /// <inheritdoc cref="TryAsync(string)"/>
    public static async Task TryAsync(string[] words)
    {
        ExternalProcess process = ExternalProcess.Start(words[0], words[1..]);
        await using (process.ConfigureAwait(false))
            await process.WaitForExitAsync(Timeout).ConfigureAwait(false);
    }
}
