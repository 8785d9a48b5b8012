using System.Globalization;
using System.Text;
using Akka.Configuration;
using KafkaActors.Broker.Configuration;
using KafkaActors.Broker.Hosting;
using KafkaActors.Client;
using KafkaActors.Client.Administration;
using KafkaActors.Client.Configuration;
using KafkaActors.Client.Producing;
using KafkaActors.Protocol;
using KafkaActors.TestKit;

namespace KafkaActors.Cluster.Tests.InProcess;

/// <summary>
/// A data directory that is another cluster's, started with this cluster's seeds: the same node id, the same topics.
/// It is refused, and every byte in it stays as it is.
/// </summary>
public sealed class ForeignDirectoryTests
{
    private const string Topic = "t";
    private const int Partitions = 4;

    private TempDirectory _data = null!;

    [SetUp]
    public void CreateData() => _data = new TempDirectory();

    [TearDown]
    public void RemoveData() => _data.Dispose();

    [TestCase("[voter, broker]", true)]
    [TestCase("[broker]", true)]
    [TestCase("[voter, broker]", false)]
    public async Task A_directory_of_another_cluster_is_refused_with_not_a_byte_changed(string roles, bool isClosed)
    {
        string foreign = _data.Combine("foreign");
        await MakeClusterAsync(foreign, 2);
        if (!isClosed) File.Delete(Path.Combine(foreign, ".kafka_cleanshutdown"));
        Directory.CreateDirectory(Path.Combine(foreign, "gone-0.0123456789abcdef0123456789abcdef-delete"));
        IReadOnlyDictionary<string, string> before = Bytes(foreign);

        await using KafkaActorsNode own = await StartAsync(_data.Combine("own"), 1, "");
        await MakeTopicAsync(own);
        Assert.That(
            () => StartAsync(foreign, 2, Contact(own), roles),
            Throws.TypeOf<NodeStartException>().With.Message.Contains("belongs to cluster"));
        Assert.That(Bytes(foreign), Is.EqualTo(before));
    }

    private static async Task MakeClusterAsync(string directory, int id)
    {
        await using KafkaActorsNode node = await StartAsync(directory, id, "");
        await MakeTopicAsync(node);
    }

    private static async Task MakeTopicAsync(KafkaActorsNode node)
    {
        await using KafkaActorsClient client = await KafkaActorsClient.StartAsync(
            Contact(node), null, CancellationToken.None);
        IReadOnlyList<TopicResult> created = await client.Admin.CreateTopicsAsync(
            [new NewTopic(Topic, Partitions, 1, [], new Dictionary<string, string>())]);
        Assert.That(created.Single().Error, Is.EqualTo(ErrorCode.None), created.Single().Message);
        await using RecordProducer producer = client.CreateRecordProducer(ProducerSettings.Default);
        for (int partition = 0; partition < Partitions; partition++)
        {
            byte[] value = Encoding.UTF8.GetBytes($"of {node.NodeId} in {partition}");
            await producer.ProduceAsync(new ProducerRecord(Topic, null, value) { Partition = partition });
        }
    }

    private static Task<KafkaActorsNode> StartAsync(
        string directory, int id, string seed, string roles = "[voter, broker]")
    {
        Config config = ConfigurationFactory.ParseString(
            $$"""
            kafka-actors {
              node.id = {{id}}
              process.roles = {{roles}}
              log.dirs = "{{directory}}"
              listeners.akka.port = 0
              listeners.kafka.port = 0
              cluster.seeds = [{{(seed.Length > 0 ? $"\"{seed}\"" : "")}}]
            }
            """);
        return KafkaActorsNode.StartAsync(config, new NodeOptions { Log = TestContext.Progress });
    }

    private static string Contact(KafkaActorsNode node)
    {
        NodeDoor door = node.Doors.Single(door => door.Name == "akka");
        return string.Create(CultureInfo.InvariantCulture, $"{door.Host}:{door.Port}");
    }

    /// <summary>Every file and directory by its path, with what is in it.</summary>
    private static SortedDictionary<string, string> Bytes(string directory)
    {
        var all = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (string path in Directory.EnumerateFileSystemEntries(directory, "*", SearchOption.AllDirectories))
            all[path] = File.Exists(path) ? Convert.ToHexString(File.ReadAllBytes(path)) : "directory";
        return all;
    }
}
