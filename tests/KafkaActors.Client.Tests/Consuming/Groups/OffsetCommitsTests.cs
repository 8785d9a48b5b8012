using KafkaActors.Client.Cluster;
using KafkaActors.Client.Consuming;
using KafkaActors.Client.Consuming.Groups;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;
using static KafkaActors.Client.Tests.Consuming.Groups.Members;

namespace KafkaActors.Client.Tests.Consuming.Groups;

/// <summary>In which order offsets are committed, and what becomes of them when that fails.</summary>
[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class OffsetCommitsTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly GroupIdentity Self = new("g", null, "me", 4);

    private readonly List<string> _outcomes = [];
    private readonly CoordinatorLookup _coordinator = new("g", new Backoff(Second, Second));

    [Test]
    public void A_commit_names_the_member_and_its_generation()
    {
        OffsetCommits commits = Commits();
        Add(commits, "tp0 up1", 5);
        OffsetCommitRequest request = commits.Next(Self, TimeSpan.Zero)!;
        Assert.That(
            (request.GroupId, request.MemberId, request.GenerationIdOrMemberEpoch), Is.EqualTo(("g", "me", 4)));
        Assert.That(
            request.Topics.SelectMany(topic => topic.Partitions.Select(partition =>
                (topic.Name, partition.PartitionIndex, partition.CommittedOffset, partition.CommittedMetadata))),
            Is.EquivalentTo(new[] { ("t", 0, 5L, (string?)"m"), ("u", 1, 5L, "m") }));
    }

    [Test]
    public void Commits_go_one_after_the_other()
    {
        OffsetCommits commits = Commits();
        Add(commits, "tp0", 5);
        Add(commits, "tp0", 6);
        OffsetCommitRequest first = commits.Next(Self, TimeSpan.Zero)!;
        Assert.That(commits.Next(Self, TimeSpan.Zero), Is.Null);
        commits.Answered(first, Answer(first), TimeSpan.Zero);
        Assert.That(_outcomes, Is.EqualTo(new[] { "tp0@5 " }));
        Assert.That(commits.Next(Self, TimeSpan.Zero)!.Topics[0].Partitions[0].CommittedOffset, Is.EqualTo(6));
    }

    [TestCase(ErrorCode.CoordinatorLoadInProgress, false)]
    [TestCase(ErrorCode.NotCoordinator, true)]
    [TestCase(ErrorCode.UnknownTopicOrPartition, false)]
    public void An_error_that_passes_is_waited_out(ErrorCode error, bool losesCoordinator)
    {
        OffsetCommits commits = Commits();
        Add(commits, "tp0 tp1", 5);
        OffsetCommitRequest request = commits.Next(Self, TimeSpan.Zero)!;
        commits.Answered(request, Answer(request, ("tp1", error)), TimeSpan.Zero);
        Assert.That(_coordinator.Node is null, Is.EqualTo(losesCoordinator));
        Find(_coordinator);
        Assert.That(commits.Next(Self, TimeSpan.Zero), Is.Null);
        OffsetCommitRequest again = commits.Next(Self, Second)!;
        Assert.That(again.Topics.Single().Partitions.Single().PartitionIndex, Is.EqualTo(1));
        commits.Answered(again, Answer(again), Second);
        Assert.That(_outcomes, Is.EqualTo(new[] { "tp0 tp1@5 " }));
    }

    [Test]
    public void A_commit_under_an_old_member_epoch_is_made_again_under_the_new_one()
    {
        OffsetCommits commits = Commits();
        Add(commits, "tp0", 5);
        OffsetCommitRequest request = commits.Next(Self, TimeSpan.Zero)!;
        ErrorCode told = commits.Answered(
            request, Answer(request, ("tp0", ErrorCode.StaleMemberEpoch)), TimeSpan.Zero);
        Assert.That(told, Is.EqualTo(ErrorCode.StaleMemberEpoch));
        OffsetCommitRequest again = commits.Next(Self with { Generation = 5 }, Second)!;
        Assert.That(again.GenerationIdOrMemberEpoch, Is.EqualTo(5));
        commits.Answered(again, Answer(again), Second);
        Assert.That(_outcomes, Is.EqualTo(new[] { "tp0@5 " }));
    }

    [Test]
    public void An_automatic_commit_does_not_wait_for_a_topic_that_was_deleted()
    {
        OffsetCommits commits = Commits();
        Add(commits, "tp0", 5, isAutomatic: true);
        OffsetCommitRequest request = commits.Next(Self, TimeSpan.Zero)!;
        commits.Answered(request, Answer(request, ("tp0", ErrorCode.UnknownTopicOrPartition)), TimeSpan.Zero);
        Assert.That(_outcomes, Is.EqualTo(new[] { "tp0@5 tp0:UnknownTopicOrPartition" }));
    }

    [TestCase(ErrorCode.RebalanceInProgress)]
    [TestCase(ErrorCode.IllegalGeneration)]
    [TestCase(ErrorCode.OffsetMetadataTooLarge)]
    public void An_error_that_stays_is_told(ErrorCode error)
    {
        OffsetCommits commits = Commits();
        Add(commits, "tp0 tp1", 5);
        OffsetCommitRequest request = commits.Next(Self, TimeSpan.Zero)!;
        Assert.That(
            commits.Answered(request, Answer(request, ("tp0", error)), TimeSpan.Zero), Is.EqualTo(error));
        Assert.That(_outcomes, Is.EqualTo(new[] { $"tp0 tp1@5 tp0:{error}" }));
        Assert.That(commits.Any, Is.False);
    }

    [Test]
    public void A_commit_ends_at_its_deadline_with_its_last_error()
    {
        OffsetCommits commits = Commits();
        Add(commits, "tp0", 5);
        OffsetCommitRequest request = commits.Next(Self, TimeSpan.Zero)!;
        commits.Unanswered(request, ErrorCode.NetworkException, TimeSpan.Zero);
        Assert.That(commits.Next(Self, 10 * Second), Is.Null);
        Assert.That(_outcomes, Is.EqualTo(new[] { "tp0@5 tp0:NetworkException" }));
    }

    [Test]
    public void What_waits_is_not_committed_once_the_partitions_are_lost()
    {
        OffsetCommits commits = Commits();
        Add(commits, "tp0", 5);
        OffsetCommitRequest request = commits.Next(Self, TimeSpan.Zero)!;
        commits.EndAll(ErrorCode.IllegalGeneration);
        Assert.That(_outcomes, Is.EqualTo(new[] { "tp0@5 tp0:IllegalGeneration" }));
        commits.Answered(request, Answer(request), TimeSpan.Zero);
        Assert.That(_outcomes, Has.Count.EqualTo(1));
    }

    [SetUp]
    public void FindCoordinator() => Find(_coordinator);

    private static void Find(CoordinatorLookup coordinator)
    {
        coordinator.Begin();
        coordinator.Learn(
            new FindCoordinatorResponse
            {
                Coordinators = [new FindCoordinatorResponse.Coordinator { Key = "g", NodeId = new NodeId(1) }],
            },
            TimeSpan.Zero);
    }

    private OffsetCommits Commits() => new(_coordinator, new Backoff(Second, Second));

    private void Add(OffsetCommits commits, string partitions, long offset, bool isAutomatic = false) =>
        commits.Add(new OffsetCommit(
            Partitions(partitions).ToDictionary(partition => partition, _ => new OffsetAndMetadata(offset, "m")),
            10 * Second,
            errors => _outcomes.Add($"{partitions}@{offset} "
                + string.Join(' ', errors.Select(entry => $"{Text([entry.Key])}:{entry.Value}"))),
            isAutomatic));

    private static OffsetCommitResponse Answer(
        OffsetCommitRequest request, params (string Partition, ErrorCode Error)[] errors) => new()
    {
        Topics = [.. request.Topics.Select(topic => new OffsetCommitResponse.OffsetCommitTopic
        {
            Name = topic.Name,
            Partitions = [.. topic.Partitions.Select(partition => new OffsetCommitResponse.OffsetCommitPartition
            {
                PartitionIndex = partition.PartitionIndex,
                ErrorCode = errors.FirstOrDefault(
                    entry => entry.Partition == $"{topic.Name}p{partition.PartitionIndex}").Error,
            })],
        })],
    };
}
