using KafkaActors.Interop.Tests.Harness;

namespace KafkaActors.Interop.Tests.JavaScript;

[Category("Interop")]
internal sealed class KafkajsAdminTests
{
    private Steps _steps = null!;

    [OneTimeSetUp]
    public async Task Run()
    {
        await ClientProgram.Kafkajs.RequireAsync();
        _steps = await Steps.OfAsync("javascript/kafkajs-admin.mjs");
    }

    [Test]
    public void Topics_are_created_listed_and_deleted()
    {
        _steps.Expect("create", "true");
        _steps.Expect("create again", "false");
        _steps.ExpectError("create badly", "INVALID_TOPIC_EXCEPTION");
        _steps.Expect("list", "true");
        _steps.Expect("delete", "null");
        _steps.ExpectError("delete again", "UNKNOWN_TOPIC_OR_PARTITION");
    }

    [Test]
    public void Metadata_names_leaders_and_replicas()
    {
        _steps.Expect("metadata", $$"""[{"name":"kafkajs-admin","partitions":[{{Partition(0)}},{{Partition(1)}}]}]""");
    }

    [Test]
    public void Partitions_are_added()
    {
        _steps.Expect("grow", "null");
        _steps.Expect("partitions", "3");
    }

    [Test]
    public void Offsets_follow_records_times_and_deletion()
    {
        _steps.Expect("offsets", $"[{Row(0, 0, 0)},{Row(1, 0, 10)},{Row(2, 0, 0)}]");
        _steps.Expect(
            "offsets by time",
            """[{"partition":0,"offset":"0"},{"partition":1,"offset":"5"},{"partition":2,"offset":"0"}]""");
        _steps.Expect("delete records", "null");
        _steps.Expect("offsets then", $"[{Row(0, 0, 0)},{Row(1, 4, 10)},{Row(2, 0, 0)}]");
    }

    [Test]
    public void Configurations_are_shown_and_replaced()
    {
        _steps.Expect("config", """{"configValue":"60000","isDefault":false}""");
        _steps.Expect("alter", "0");
        _steps.Expect("config then", """{"configValue":"604800000","isDefault":true}""");
        _steps.Expect("altered", """{"configValue":"1048576","isDefault":false}""");
    }

    [Test]
    public void The_cluster_is_described()
    {
        string[] address = InteropSuite.Node.Kafka.Split(':');
        string clusterId = _steps.Text("cluster", "clusterId");
        Assert.That(clusterId, Is.Not.Empty);
        _steps.Expect("cluster", string.Concat(
            $$"""{"brokers":[{"nodeId":1,"host":"{{address[0]}}","port":{{address[1]}}}],""",
            "\"controller\":1,",
            $$"""
            "clusterId":"{{clusterId}}"}
            """));
    }

    private static string Partition(int index) =>
        $$"""{"partitionErrorCode":0,"partitionId":{{index}},"leader":1,"""
        + """
            "replicas":[1],"isr":[1],"offlineReplicas":[]}
            """;

    private static string Row(int partition, int low, int high) =>
        $$"""{"partition":{{partition}},"offset":"{{high}}","high":"{{high}}","low":"{{low}}"}""";
}
