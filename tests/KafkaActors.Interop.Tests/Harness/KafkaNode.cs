using System.Globalization;
using KafkaActors.Client;
using KafkaActors.Client.Administration;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Records;
using KafkaActors.TestKit;
using KafkaActors.TestKit.Processes;

namespace KafkaActors.Interop.Tests.Harness;

/// <summary>
/// A real node process with an open Kafka port, in a directory of its own, and a client of this project beside it that
/// makes the topics: what a Kafka client is tested with is then made without one.
/// </summary>
internal sealed class KafkaNode : IAsyncDisposable
{
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(30);

    private readonly TempDirectory _directory;
    private readonly NodeLaunch _launch;
    private NodeProcess _process;

    private KafkaNode(TempDirectory directory, NodeLaunch launch, NodeProcess process, KafkaActorsClient client)
    {
        _directory = directory;
        _launch = launch;
        _process = process;
        Client = client;
    }

    /// <summary>For <c>bootstrap.servers</c> of a Kafka client.</summary>
    public string Kafka => _process.KafkaBootstrap!;

    /// <summary>For <c>--bootstrap-server</c> of this project's tools.</summary>
    public string Akka => _process.Bootstrap;

    public KafkaActorsClient Client { get; }

    public static async Task<KafkaNode> StartAsync(params IReadOnlyList<string> settings)
    {
        TempDirectory directory = new();
        NodeLaunch launch = new() { DataDirectory = directory.Combine("data"), Settings = settings };
        NodeProcess process = await NodeProcess.StartAsync(launch);
        Assert.That(process.KafkaBootstrap, Is.Not.Null, $"no kafka= in: {process.ReadyLine}");
        int kafkaPort = int.Parse(process.KafkaBootstrap!.Split(':')[^1], CultureInfo.InvariantCulture);
        launch = launch with { AkkaPort = process.AkkaPort, KafkaPort = kafkaPort };
        return new KafkaNode(directory, launch, process, await QuietClient.StartAsync(process.Bootstrap));
    }

    /// <summary>Ends the process, with <c>kill -9</c> or SIGTERM, and starts it again on the same ports.</summary>
    public async Task RestartAsync(bool isKilled)
    {
        if (!isKilled)
        {
            _process.Process.Terminate();
            Assert.That(await _process.Process.WaitForExitAsync(StopTimeout), Is.Zero);
        }

        await _process.DisposeAsync();
        _process = await NodeProcess.StartAsync(_launch);
    }

    public async Task CreateTopicAsync(string topic, int partitions = 1, params (string Name, string Value)[] configs)
    {
        NewTopic wanted = new(
            topic, partitions, 1, [], configs.ToDictionary(config => config.Name, config => config.Value));
        TopicResult result = (await Client.Admin.CreateTopicsAsync([wanted]))[0];
        Assert.That(result.Error, Is.EqualTo(ErrorCode.None), result.Message);
    }

    /// <summary>The batches as they are in the partition's log files.</summary>
    public IReadOnlyList<RecordBatch> Batches(string topic, int partition)
    {
        List<RecordBatch> batches = [];
        foreach (string file in Directory.GetFiles(_directory.Combine($"data/{topic}-{partition}"), "*.log").Order())
        {
            foreach (RecordBatch batch in RecordBatches.Enumerate(File.ReadAllBytes(file), verifyCrc: true))
                batches.Add(batch);
        }

        return batches;
    }

    public async ValueTask DisposeAsync()
    {
        // What the node complained about explains failures of its clients.
        if (TestContext.CurrentContext.Result.FailCount > 0)
            await TestContext.Progress.WriteLineAsync(_process.Process.Describe());
        await Client.DisposeAsync();
        await _process.DisposeAsync();
        _directory.Dispose();
    }
}
