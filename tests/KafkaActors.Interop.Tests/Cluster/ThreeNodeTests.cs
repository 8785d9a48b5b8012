using System.Text;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using KafkaActors.Interop.Tests.Harness;
using KafkaActors.Testing;

namespace KafkaActors.Interop.Tests.Cluster;

/// <summary>Clients of other make over three nodes, each of which leads some of what they want.</summary>
[Category("Interop")]
[CancelAfter(120_000)]
internal sealed class ThreeNodeTests
{
    private const int Partitions = 6;
    private const int Records = 120;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private KafkaActorsCluster _kafka = null!;

    [OneTimeSetUp]
    public async Task Start() =>
        _kafka = await KafkaActorsCluster.StartAsync(options: new() { Log = TestContext.Progress });

    [OneTimeTearDown]
    public async Task Stop() => await _kafka.DisposeAsync();

    [Test]
    public async Task Kcat_lists_the_same_cluster_from_every_node()
    {
        await _kafka.CreateTopicAsync("kcat-listed", Partitions);
        List<string> lists = [];
        foreach (KafkaActorsClusterNode node in _kafka.Nodes)
        {
            ProgramRun run = await KcatAsync(node, [], "-L", "-t", "kcat-listed");
            string[] lines = [.. run.OutputLines.Skip(1).Select(line => line.Trim())];
            Assert.That(lines, Does.Contain("3 brokers:"));
            Assert.That(lines.Count(line => line.EndsWith("(controller)", StringComparison.Ordinal)), Is.EqualTo(1));
            lists.Add(string.Join('\n', lines.Order()));
        }

        Assert.That(lists.Distinct().Count(), Is.EqualTo(1), string.Join("\n\n", lists));
    }

    [Test]
    public async Task Kcat_writes_through_one_node_and_reads_through_another_what_all_three_lead()
    {
        await _kafka.CreateTopicAsync("kcat-spread", Partitions);
        string[] lines = [.. Enumerable.Range(0, Records).Select(number => $"{number}:{number}")];
        await KcatAsync(
            _kafka[1], Encoding.ASCII.GetBytes(string.Join('\n', lines) + "\n"), "-P", "-t", "kcat-spread", "-K", ":");
        ProgramRun read = await KcatAsync(
            _kafka[3], [], "-C", "-t", "kcat-spread", "-o", "beginning", "-e", "-q", "-f", "%k:%s\n");
        Assert.That(read.OutputLines, Is.EquivalentTo(lines));
    }

    [Test]
    public async Task Confluents_group_shares_the_partitions_of_all_nodes_and_goes_on_where_it_left_off(
        CancellationToken timeout)
    {
        await _kafka.CreateTopicAsync("grouped", Partitions, cancellation: timeout);
        using IProducer<Null, string> producer = new ProducerBuilder<Null, string>(
            new ProducerConfig { BootstrapServers = _kafka[2].BootstrapServers }).SetLogHandler((_, _) => { }).Build();
        await Task.WhenAll(Enumerable.Range(0, Records).Select(number => producer.ProduceAsync(
            new TopicPartition("grouped", number % Partitions), new Message<Null, string> { Value = $"{number}" },
            timeout)));
        HashSet<string> seen = [];
        using (IConsumer<Ignore, string> first = Member(1))
        using (IConsumer<Ignore, string> second = Member(3))
        {
            while (seen.Count < Records)
            {
                timeout.ThrowIfCancellationRequested();
                foreach (IConsumer<Ignore, string> member in (IConsumer<Ignore, string>[])[first, second])
                    if (member.Consume(TimeSpan.FromMilliseconds(50)) is { } record) seen.Add(record.Message.Value);
            }

            first.Close();
            second.Close();
        }

        await producer.ProduceAsync("grouped", new Message<Null, string> { Value = "last" }, timeout);
        using IConsumer<Ignore, string> next = Member(2);
        Assert.That(next.Consume(Patience)?.Message.Value, Is.EqualTo("last"), "what was committed came again");
    }

    [Test]
    public async Task Confluents_admin_gets_the_same_answers_from_every_node()
    {
        List<string> answers = [];
        foreach (KafkaActorsClusterNode node in _kafka.Nodes)
        {
            using IAdminClient admin = Admin(node);
            string topic = $"confluent-{node.Id}";
            await admin.CreateTopicsAsync([new TopicSpecification { Name = topic, NumPartitions = 3 }]);
            DescribeClusterResult cluster = await admin.DescribeClusterAsync();
            answers.Add($"{cluster.ClusterId} {cluster.Controller.Id} "
                + string.Join(' ', cluster.Nodes.OrderBy(one => one.Id).Select(one => $"{one.Id}={one.Port}")));
            TopicDescription described = (await admin.DescribeTopicsAsync(TopicCollection.OfTopicNames([topic])))
                .TopicDescriptions.Single();
            Assert.That(
                described.Partitions.Select(partition => partition.Leader.Id), Is.EquivalentTo(new[] { 1, 2, 3 }));
            await admin.DeleteTopicsAsync([topic]);
        }

        Assert.That(answers.Distinct().Count(), Is.EqualTo(1), string.Join('\n', answers));
    }

    private static IAdminClient Admin(KafkaActorsClusterNode node) =>
        new AdminClientBuilder(new AdminClientConfig { BootstrapServers = node.BootstrapServers })
            .SetLogHandler((_, _) => { }).Build();

    private IConsumer<Ignore, string> Member(int node)
    {
        IConsumer<Ignore, string> member = new ConsumerBuilder<Ignore, string>(new ConsumerConfig
        {
            BootstrapServers = _kafka[node].BootstrapServers,
            GroupId = "sharing",
            AutoOffsetReset = AutoOffsetReset.Earliest,
        }).SetLogHandler((_, _) => { }).Build();
        member.Subscribe("grouped");
        return member;
    }

    private static async Task<ProgramRun> KcatAsync(
        KafkaActorsClusterNode node, byte[] input, params string[] arguments)
    {
        await ClientProgram.Kcat.RequireAsync();
        ProgramRun run = await ProgramRun.OfAsync("kcat", ["-b", node.BootstrapServers, .. arguments], input);
        Assert.That(run.ExitCode, Is.Zero, run.Error);
        return run;
    }
}
