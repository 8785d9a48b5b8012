using System.Diagnostics;
using KafkaActors.TestKit;
using KafkaActors.TestKit.Processes;

namespace KafkaActors.Testing.Tests;

/// <summary>
/// A process that stands still, as at a breakpoint in somebody's test, finds its broker as it left it. Longer than the
/// 5 s after which a controller gives up that hears nobody.
/// </summary>
[Platform(Exclude = "Win")]
public sealed class PauseTests
{
    private const string Ready = "ready ";

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(6);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Test]
    public async Task A_broker_goes_on_after_a_breakpoint()
    {
        await using var host = ExternalProcess.Start(
            "dotnet", [Path.Combine(AppContext.BaseDirectory, "KafkaActors.Testing.Host.dll")]);
        string line = await host.WaitForOutputAsync(
            written => written.StartsWith(Ready, StringComparison.Ordinal), Patience);
        using var client = new KafkaClient(line[Ready.Length..]);
        Assert.That(await client.ProduceAsync("before", "a"), Is.Zero);

        host.Pause();
        long began = Stopwatch.GetTimestamp();
        await Eventually.True(() => Stopwatch.GetElapsedTime(began) >= Pause, "the pause is over", Pause * 2);
        host.Resume();

        Assert.That(await client.ProduceAsync("before", "b"), Is.EqualTo(1));
        Assert.That(await client.ProduceAsync("after", "a"), Is.Zero, "topics are still made");
        Assert.That(client.Read("before", 2), Is.EqualTo(new[] { "a", "b" }));
        Assert.That(host.HasExited, Is.False, host.Describe());
    }
}
