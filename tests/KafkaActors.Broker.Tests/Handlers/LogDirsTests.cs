using KafkaActors.Broker.Handlers;
using KafkaActors.Broker.Handlers.Administration;
using KafkaActors.Broker.Partitions;
using KafkaActors.Broker.Tests.Partitions;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;
using KafkaActors.Storage;
using KafkaActors.TestKit;

namespace KafkaActors.Broker.Tests.Handlers;

/// <summary>DescribeLogDirs and RemoveStrays, over the test's data directory and an empty one.</summary>
public sealed class LogDirsTests : HandlerTest
{
    private readonly TempDirectory _emptyPath = new();
    private LogDirectory _empty = null!;

    [SetUp]
    public void OpenEmpty() => _empty = LogDirectory.Open(
        new LogDirectoryOptions { Path = _emptyPath.Path, NodeId = Self });

    [TearDown]
    public async Task CloseEmpty()
    {
        await _empty.DisposeAsync();
        _emptyPath.Dispose();
    }

    [Test]
    public async Task Every_directory_is_listed_also_an_empty_one()
    {
        DescribeLogDirsResponse nothing = await Describe(new DescribeLogDirsRequest());
        PartitionHandle partition = await Create("test");
        DescribeLogDirsResponse all = await Describe(new DescribeLogDirsRequest());
        DescribeLogDirsResponse none = await Describe(new DescribeLogDirsRequest { Topics = [] });

        string[] paths = [Directory.DirectoryPath, _empty.DirectoryPath];
        foreach (DescribeLogDirsResponse answer in (DescribeLogDirsResponse[])[nothing, all, none])
        {
            Assert.That(answer.Results.Select(result => result.LogDir), Is.EqualTo(paths));
            Assert.That(answer.Results.Select(result => result.ErrorCode), Is.All.EqualTo(ErrorCode.None));
            Assert.That(answer.Results.Select(result => result.TotalBytes), Is.All.GreaterThan(0));
            Assert.That(answer.Results.Select(result => result.UsableBytes), Is.All.GreaterThan(0));
        }

        Assert.That(nothing.Results[0].Topics, Is.Empty);
        Assert.That(none.Results[0].Topics, Is.Empty);
        Assert.That(all.Results[0].Topics.Single().Name, Is.EqualTo("test"));
        Assert.That(
            all.Results[0].Topics[0].Partitions.Single().PartitionSize, Is.EqualTo(partition.Log.SizeInBytes));
    }

    [Test]
    public async Task A_directory_that_is_gone_is_listed_with_its_error()
    {
        LogDirectories directories = Directories();
        System.IO.Directory.Move(_emptyPath.Path, _emptyPath.Path + ".away");
        try
        {
            DescribeLogDirsResponse answer = await Describe(new DescribeLogDirsRequest(), directories);
            Assert.That(
                answer.Results.Select(result => result.ErrorCode),
                Is.EqualTo(new[] { ErrorCode.None, ErrorCode.KafkaStorageError }));
        }
        finally
        {
            System.IO.Directory.Move(_emptyPath.Path + ".away", _emptyPath.Path);
        }
    }

    [Test]
    public async Task What_was_set_aside_is_described_and_removed_by_topic_when_asked_for_in_earnest()
    {
        await SetAside("ghost");
        await SetAside("other");
        var handler = new RemoveStraysHandler(Node, Directories().Strays);

        DescribeLogDirsResponse described = await Describe(new DescribeLogDirsRequest());
        DescribeLogDirsResponse.DescribeLogDirsStray stray = described.Results[0].Strays[0];
        RemoveStraysResponse asked = await Remove(handler, new() { Topics = ["ghost"], ValidateOnly = true });
        int before = Directory.Strays.Find().Count;
        RemoveStraysResponse removed = await Remove(handler, new() { Topics = ["ghost"] });

        Assert.That((stray.TopicName, stray.PartitionIndex), Is.EqualTo(("ghost", 0)));
        Assert.That(stray.SizeInBytes, Is.GreaterThan(0));
        Assert.That(stray.KeptUntilMs - stray.SetAsideMs, Is.EqualTo(86_400_000));
        Assert.That(stray.Reason, Does.Contain("no topic with id"));
        Assert.That(described.Results[1].Strays, Is.Empty);
        Assert.That(asked.Strays.Single().Directory, Is.EqualTo(stray.Directory));
        Assert.That(before, Is.EqualTo(2));
        Assert.That(removed.Strays.Single().Directory, Is.EqualTo(stray.Directory));
        Assert.That(Directory.Strays.Find().Single().Partition.Topic, Is.EqualTo("other"));
    }

    [Test]
    public async Task A_log_that_failed_and_one_that_could_not_be_opened_are_told_as_damage()
    {
        var disk = new FailingFileSystem();
        Files = disk;
        await ReopenDirectory();
        PartitionHandle failed = await Create("failed");
        disk.FailsWritesTo = "failed-0";
        await Ask(failed.Actor!, Append(failed, Batch("lost")));
        Partitions.NoteUnopened(
            new TopicIdPartition(TopicId.NewRandom(), 3),
            new UnopenedLog(new TopicPartition("unopened", 3), $"{_empty.DirectoryPath}/unopened-3: no entry"));

        DescribeLogDirsResponse answer = await Describe(new DescribeLogDirsRequest());

        Assert.That(answer.Results[0].Damage.Single().TopicName, Is.EqualTo("failed"));
        Assert.That(
            answer.Results[0].Damage.Single().Message,
            Does.StartWith("append to ").And.Contain("restart the node"));
        Assert.That(answer.Results[1].Damage.Single().TopicName, Is.EqualTo("unopened"));
    }

    [Test]
    public async Task Damage_is_described_until_somebody_is_done_with_it()
    {
        PartitionHandle partition = await Create("torn");
        await Ask(partition.Actor!, Append(partition, Batch("a")));
        string path = Path.Combine(partition.Log.DirectoryPath, "00000000000000000000.log");
        Partitions.Remove(partition);
        await Directory.DisposeAsync();
        File.Delete(Path.Combine(Directory.DirectoryPath, ".kafka_cleanshutdown"));
        await File.AppendAllTextAsync(path, "no batch");
        await ReopenDirectory();
        Open("torn", id: partition.Id.TopicId);
        var handler = new RemoveStraysHandler(Node, Directories().Strays);

        DescribeLogDirsResponse described = await Describe(new DescribeLogDirsRequest());
        RemoveStraysResponse asked = await Remove(handler, new() { Damage = true, ValidateOnly = true });
        DescribeLogDirsResponse again = await Describe(new DescribeLogDirsRequest());
        RemoveStraysResponse other = await Remove(handler, new() { Damage = true, Topics = ["other"] });
        RemoveStraysResponse forgotten = await Remove(handler, new() { Damage = true, Topics = ["torn"] });
        DescribeLogDirsResponse after = await Describe(new DescribeLogDirsRequest());

        Assert.That(described.Results[0].Damage.Single().Message, Does.Contain(path));
        Assert.That(again.Results[0].Damage, Has.Count.EqualTo(1));
        Assert.That(asked.Strays.Single().Directory, Is.EqualTo("torn-0"));
        Assert.That(other.Strays, Is.Empty);
        Assert.That(forgotten.Strays.Single().Directory, Is.EqualTo("torn-0"));
        Assert.That(after.Results[0].Damage, Is.Empty);
    }

    private async Task SetAside(string topic)
    {
        var name = new TopicPartition(topic, 0);
        await Directory.WithdrawAsync(
            [Directory.OpenLog(name, TopicId.NewRandom(), LogConfig.Default)], Withdrawal.SetAside);
    }

    private LogDirectories Directories()
    {
        LogDirectory[] all = [Directory, _empty];
        var strays = new StrayPartitions(all, TimeSpan.FromDays(1), TimeProvider.System, Log);
        return new LogDirectories(all, strays);
    }

    private async Task<DescribeLogDirsResponse> Describe(
        DescribeLogDirsRequest request, LogDirectories? directories = null)
    {
        var context = new AnsweredContext(ApiKey.DescribeLogDirs, DescribeLogDirsRequest.Versions.Max);
        ((IApiHandler)new DescribeLogDirsHandler(Node, directories ?? Directories())).Handle(request, context);
        return await context.AnswerAsync<DescribeLogDirsResponse>();
    }

    private static async Task<RemoveStraysResponse> Remove(RemoveStraysHandler handler, RemoveStraysRequest request)
    {
        var context = new AnsweredContext(ApiKey.RemoveStrays, 0);
        ((IApiHandler)handler).Handle(request, context);
        return await context.AnswerAsync<RemoveStraysResponse>();
    }
}
