using KafkaActors.Client;
using KafkaActors.Messages;
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
    private readonly TempDirectory _directory;
    private readonly NodeProcess _process;

    private KafkaNode(TempDirectory directory, NodeProcess process, KafkaActorsClient client)
    {
        _directory = directory;
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
        NodeProcess process = await NodeProcess.StartAsync(
            new NodeLaunch { DataDirectory = directory.Combine("data"), Settings = settings });
        Assert.That(process.KafkaBootstrap, Is.Not.Null, $"no kafka= in: {process.ReadyLine}");
        return new KafkaNode(directory, process, await QuietClient.StartAsync(process.Bootstrap));
    }

    public async Task CreateTopicAsync(string topic, int partitions = 1, params (string Name, string Value)[] configs)
    {
        AdminProtocol.NewTopic wanted = new(
            topic, partitions, 1, [], configs.ToDictionary(config => config.Name, config => config.Value));
        AdminProtocol.TopicResult result = (await Client.Admin.CreateTopicsAsync([wanted]))[0];
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
        await Client.DisposeAsync();
        await _process.DisposeAsync();
        _directory.Dispose();
    }
}
