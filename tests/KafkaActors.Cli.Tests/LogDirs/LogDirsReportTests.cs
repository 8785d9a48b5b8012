using KafkaActors.Cli.Invocation;
using KafkaActors.Cli.LogDirs;
using KafkaActors.Client.Administration.LogDirs;
using KafkaActors.Protocol;

namespace KafkaActors.Cli.Tests.LogDirs;

internal sealed class LogDirsReportTests
{
    private static readonly DateTimeOffset SetAside = new(2026, 11, 30, 14, 0, 0, TimeSpan.Zero);

    private static readonly LogDirDescription Directory = new(
        "/data",
        ErrorCode.None,
        TotalBytes: 1_000,
        UsableBytes: 400,
        [new LogDirPartition(new TopicPartition("orders", 0), 77, 0, IsFuture: false)],
        [new LogDirStray("ghost-1.x-stray", new TopicPartition("ghost", 1), 55, SetAside, SetAside.AddDays(1), "why")],
        [new LogDirDamage(new TopicPartition("orders", 0), "/data/orders-0: torn")]);

    [Test]
    public void On_a_terminal_partitions_strays_and_damage_are_listed()
    {
        Assert.That(Describe(json: false, isTerminal: true, Directory), Is.EqualTo(
            "Broker 1, /data: 400 of 1000 bytes free\n"
            + "PARTITION SIZE OFFSET-LAG\n"
            + "orders-0  77   0\n"
            + "STRAY           SIZE SET-ASIDE            KEPT-UNTIL           REASON\n"
            + "ghost-1.x-stray 55   2026-11-30T14:00:00Z 2026-12-01T14:00:00Z why\n"
            + "Damaged: orders-0: /data/orders-0: torn\n"));
    }

    [Test]
    public void A_directory_that_failed_is_told_with_its_error()
    {
        LogDirDescription failed = Directory with
        {
            Error = ErrorCode.KafkaStorageError, Partitions = [], Strays = [], Damage = [],
        };
        Assert.That(Describe(json: false, isTerminal: true, failed), Does.Contain("offline: KAFKA_STORAGE_ERROR"));
        Assert.That(Describe(json: true, isTerminal: true, failed), Does.Contain("\"error\": \"KAFKA_STORAGE_ERROR\""));
    }

    [Test]
    public void In_a_pipe_the_third_line_is_Kafkas_JSON()
    {
        string[] lines = Describe(json: false, isTerminal: false, Directory).Split('\n');
        Assert.That(lines[0], Is.EqualTo("Querying brokers for log directories information"));
        Assert.That(lines[1], Is.EqualTo("Received log directory information from brokers 1"));
        Assert.That(lines[2], Does.StartWith(
            "{\"version\":1,\"brokers\":[{\"broker\":1,\"logDirs\":[{\"logDir\":\"/data\",\"error\":null,"
            + "\"partitions\":[{\"partition\":\"orders-0\",\"size\":77,\"offsetLag\":0,\"isFuture\":false}]"));
    }

    private static string Describe(bool json, bool isTerminal, LogDirDescription directory)
    {
        using var output = new MemoryStream();
        using var error = new StringWriter { NewLine = "\n" };
        var streams = new StandardStreams(Stream.Null, output, error) { OutputIsTerminal = isTerminal };
        var report = new LogDirsReport(new ToolContext(streams, TimeProvider.System), json);
        report.Asking();
        report.Describe([(new NodeId(1), [directory])]);
        return System.Text.Encoding.UTF8.GetString(output.ToArray());
    }
}
