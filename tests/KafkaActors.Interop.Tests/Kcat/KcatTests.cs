using System.Text.Json;
using KafkaActors.Interop.Tests.Exchange;
using KafkaActors.Interop.Tests.Harness;

namespace KafkaActors.Interop.Tests.Kcat;

/// <summary>The other modes of kcat: metadata, offset queries, keys, headers and nulls.</summary>
[Category("Interop")]
internal sealed class KcatTests
{
    private readonly Lazy<Task> _queried = new(ProduceForQueriesAsync);

    private static KafkaNode Node => InteropSuite.Node;

    [Test]
    public async Task The_node_and_its_topics_are_listed()
    {
        await Node.CreateTopicAsync("kcat-listed", partitions: 3);

        ProgramRun run = await KcatRun.OfAsync("-L");

        string[] lines = [.. run.OutputLines.Select(line => line.Trim())];
        Assert.That(lines[0], Does.StartWith("Metadata for all topics (from broker"));
        Assert.That(lines, Does.Contain("1 brokers:"));
        Assert.That(lines, Does.Contain($"broker 1 at {Node.Kafka} (controller)"));
        int topic = Array.IndexOf(lines, "topic \"kcat-listed\" with 3 partitions:");
        Assert.That(topic, Is.Positive);
        Assert.That(
            lines[(topic + 1)..(topic + 4)],
            Is.EqualTo(Enumerable.Range(0, 3).Select(index => $"partition {index}, leader 1, replicas: 1, isrs: 1")));
    }

    [Test]
    public async Task The_list_of_one_topic_is_JSON_too()
    {
        await Node.CreateTopicAsync("kcat-json", partitions: 2);

        ProgramRun run = await KcatRun.OfAsync("-L", "-J", "-t", "kcat-json");

        using JsonDocument document = JsonDocument.Parse(run.OutputBytes);
        JsonElement root = document.RootElement;
        Assert.That(
            root.GetProperty("brokers").ToString(), Is.EqualTo($$"""[{"id":1,"name":"{{Node.Kafka}}"}]"""));
        Assert.That(root.GetProperty("controllerid").GetInt32(), Is.EqualTo(1));
        JsonElement topic = root.GetProperty("topics")[0];
        Assert.That(root.GetProperty("topics").GetArrayLength(), Is.EqualTo(1));
        Assert.That(topic.GetProperty("topic").GetString(), Is.EqualTo("kcat-json"));
        Assert.That(topic.TryGetProperty("error", out _), Is.False);
        Assert.That(
            topic.GetProperty("partitions").EnumerateArray().Select(partition => partition.ToString()),
            Is.EqualTo(Enumerable.Range(0, 2).Select(index =>
                $$"""{"partition":{{index}},"leader":1,"replicas":[{"id":1}],"isrs":[{"id":1}]}""")));
    }

    [Test]
    public async Task Keys_headers_and_nulls_come_back()
    {
        await Node.CreateTopicAsync("kcat-keyed");
        await KcatRun.WithInputAsync(
            "first=one\n=no key\nsecond=\n"u8.ToArray(),
            "-P", "-t", "kcat-keyed", "-K", "=", "-Z",
            "-H", "trace=abc", "-H", "flag=", "-H", "trace=def", "-H", "bare");

        ProgramRun run = await KcatRun.OfAsync(
            "-C", "-t", "kcat-keyed", "-o", "beginning", "-e", "-q", "-Z", "-f", "%o %K:%k %S:%s [%h]\n");

        const string headers = "[trace=abc,flag=,trace=def,bare=NULL]";
        Assert.That(run.OutputLines, Is.EqualTo(new[]
        {
            $"0 5:first 3:one {headers}",
            $"1 -1:NULL 6:no key {headers}",
            $"2 6:second -1:NULL {headers}",
        }));
    }

    [Test]
    public async Task Every_byte_comes_back()
    {
        await Node.CreateTopicAsync("kcat-bytes");
        byte[] value = [.. Enumerable.Range(0, 256).Select(index => (byte)index)];
        await KcatRun.WithInputAsync(value, "-P", "-t", "kcat-bytes", "-D", "never in the value", "-k", "key");

        ProgramRun run = await KcatRun.OfAsync("-C", "-t", "kcat-bytes", "-o", "beginning", "-e", "-q", "-D", "");

        Assert.That(run.OutputBytes, Is.EqualTo(value));
    }

    [TestCase("0:-1", 0)]
    [TestCase("1:-1", 5)]
    [TestCase("1:-2", 0)]
    [TestCase("1:0", 0)]
    [TestCase("1:1015", 2)]
    [TestCase("1:1020", 2)]
    [TestCase("1:1041", -1)]
    public async Task Offsets_are_queried_by_time(string partitionAndTime, long offset)
    {
        await _queried.Value;
        ProgramRun run = await KcatRun.OfAsync("-Q", "-t", $"kcat-query:{partitionAndTime}");
        Assert.That(run.Output, Is.EqualTo($"kcat-query [{partitionAndTime[0]}] offset {offset}\n"));
    }

    [Test]
    public async Task A_topic_that_is_produced_to_is_created()
    {
        await KcatRun.WithInputAsync("made\n"u8.ToArray(), "-P", "-t", "kcat-created");

        ProgramRun run = await KcatRun.OfAsync("-C", "-t", "kcat-created", "-o", "beginning", "-e", "-q");

        Assert.That(run.Output, Is.EqualTo("made\n"));
    }

    [Test]
    public async Task Records_from_the_end_on_arrive_as_they_are_produced()
    {
        await Node.CreateTopicAsync("kcat-tail");
        await KcatRun.WithInputAsync("before\n"u8.ToArray(), "-P", "-t", "kcat-tail");
        Task<ProgramRun> tail = KcatRun.OfAsync("-C", "-t", "kcat-tail", "-o", "end", "-c", "1", "-q");

        // What is sent before kcat has found the end is not for it: so something is sent until it has read something.
        for (int sent = 0; !tail.IsCompleted; sent++)
            await KcatRun.WithInputAsync("after\n"u8.ToArray(), "-P", "-t", "kcat-tail");

        Assert.That((await tail).Output, Is.EqualTo("after\n"));
    }

    private static async Task ProduceForQueriesAsync()
    {
        await Node.CreateTopicAsync("kcat-query", partitions: 2);
        await new ActorClient().ProduceAsync("kcat-query", [.. Enumerable.Range(0, 5).Select(index =>
            new ClientRecord { Partition = 1, Timestamp = 1000 + (index * 10) })]);
    }
}
