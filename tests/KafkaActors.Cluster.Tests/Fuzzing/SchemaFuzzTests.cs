using System.Globalization;
using System.Text.RegularExpressions;
using KafkaActors.Cluster.Tests.Listener;
using KafkaActors.TestKit;
using KafkaActors.TestKit.Processes;

namespace KafkaActors.Cluster.Tests.Fuzzing;

/// <summary>
/// Requests that are whole and well-formed, and mean anything at all: extreme, repeated and contradictory fields, of
/// topics, members, sessions and producers that exist. Every one is answered as its version says, and no other client
/// notices.
/// </summary>
[Category("Cluster")]
public sealed partial class SchemaFuzzTests
{
    /// <summary>How many requests are sent; 200,000 take some ten minutes.</summary>
    private const string CountVariable = "KAFKA_ACTORS_FUZZ_REQUESTS";

    /// <summary>What decides the requests, to have the same again.</summary>
    private const string SeedVariable = "KAFKA_ACTORS_FUZZ_SEED";

    private const int DefaultCount = 2_000;
    private const int Senders = 8;
    private const int MostKinds = 40;
    private const long MostResidentBytes = 600L * 1024 * 1024;

    private static readonly TimeSpan MostLatency = TimeSpan.FromSeconds(1);

    [Test]
    public async Task Requests_with_extreme_repeated_and_contradictory_fields_are_answered_and_harm_nobody()
    {
        int count = Number(CountVariable, DefaultCount);
        int seed = Number(SeedVariable, Random.Shared.Next());
        await TestContext.Out.WriteLineAsync($"{SeedVariable}={seed} {CountVariable}={count}");
        using TempDirectory directory = new();
        await using NodeProcess node = await NodeProcess.StartAsync(
            new NodeLaunch { DataDirectory = directory.Path, Settings = ["offsets.topic.num.partitions=4"] });
        string address = node.KafkaBootstrap!;
        await using var steady = await SteadyClient.StartAsync(address);
        await using var lateness = Lateness.Start();
        var known = new KnownThings();
        known.Hide(SteadyClient.TopicName);
        known.Hide(steady.Topic);
        FuzzSender[] senders = [.. Enumerable.Range(0, Senders)
            .Select(sender => new FuzzSender(address, known, unchecked(seed + sender)))];
        await Task.WhenAll(senders.Select(sender => Task.Run(() => sender.SendAsync(count / Senders))));
        string[] faults = [.. senders.SelectMany(sender => sender.Faults)];
        foreach (string fault in faults) await TestContext.Out.WriteLineAsync(fault);
        (int records, TimeSpan slowest) = await steady.StopAsync();
        await TellAsync(node, senders, records, slowest, lateness.Most);
        Assert.That(faults, Is.Empty, $"seed {seed}");
        Assert.That(node.Process.HasExited, Is.False, node.Process.Describe());
        Assert.That(node.Process.ErrorLines.Where(IsFault).Take(20), Is.Empty, $"seed {seed}");
        Assert.That(records, Is.GreaterThan(0));
        // A machine that does not let this process run in time does not let the node either.
        Assert.That(slowest - lateness.Most, Is.LessThan(MostLatency), "another client was held up");
        await Eventually.True(
            () => node.Process.ResidentBytes < MostResidentBytes, "memory comes back", TimeSpan.FromSeconds(30));
    }

    /// <summary>Whether a line of the node's log tells of an error, or is part of a stack trace.</summary>
    internal static bool IsFault(string line) =>
        line.Contains(" ERROR ", StringComparison.Ordinal) || line.StartsWith("   at ", StringComparison.Ordinal);

    // Lines that differ in numbers alone are of a kind.
    private static IEnumerable<string> KindsOfLines(NodeProcess node) => node.Process.ErrorLines
        .CountBy(line => Digits().Replace(line, "#")).OrderByDescending(one => one.Value).Take(MostKinds)
        .Select(one => $"{one.Value} lines: {one.Key}");

    [GeneratedRegex("[0-9a-f-]*[0-9][0-9a-f-]*")]
    private static partial Regex Digits();

    private static int Number(string variable, int otherwise) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text
            ? int.Parse(text, CultureInfo.InvariantCulture)
            : otherwise;

    private static async Task TellAsync(
        NodeProcess node, FuzzSender[] senders, int records, TimeSpan slowest, TimeSpan lateness)
    {
        IEnumerable<string> answered = senders.SelectMany(sender => sender.Answered)
            .GroupBy(one => one.Key, one => one.Value).OrderBy(group => group.Key)
            .Select(group => $"{group.Key} {group.Sum()}");
        await TestContext.Out.WriteLineAsync(
            $"answered: {string.Join(", ", answered)}; the other client: {records} rounds, slowest "
            + $"{slowest.TotalMilliseconds:0} ms, of which this machine may have been late "
            + $"{lateness.TotalMilliseconds:0} ms; the node: {node.Process.ResidentBytes >> 20} MiB");
        foreach (string line in KindsOfLines(node)) await TestContext.Out.WriteLineAsync(line);
    }
}
