using System.Collections.Immutable;
using KafkaActors.Broker.Controller;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Protocol;

namespace KafkaActors.Broker.Tests.Controller;

public sealed class ControllerSuccessionTests
{
    private static readonly Guid Incarnation = Guid.NewGuid();

    private MetadataImage _image = null!;

    [SetUp]
    public void CreateImage() => _image = MetadataImage.Empty with
    {
        Controller = new NodeId(1),
        Voters = [.. Enumerable.Range(1, 3).Select(id => new Voter(new NodeId(id), DirectoryId.NewRandom()))],
        Brokers = Enumerable.Range(1, 3).ToImmutableDictionary(id => new NodeId(id), Broker),
    };

    [Test]
    public void The_lowest_voter_in_service_takes_over_once_for_each_registration_that_stops()
    {
        var second = new ControllerSuccession(new NodeId(2), Incarnation);
        var third = new ControllerSuccession(new NodeId(3), Incarnation);
        Assert.That(second.IsOurTurn(_image), Is.False, "the controller's node serves");
        Change(1, broker => broker with { IsInControlledShutdown = true });
        Assert.That(third.IsOurTurn(_image), Is.False);
        Assert.That(second.IsOurTurn(_image), Is.True);
        Assert.That(second.IsOurTurn(_image), Is.False, "once");
        Change(1, broker => broker with { Epoch = new BrokerEpoch(9) });
        Assert.That(second.IsOurTurn(_image), Is.True, "another registration");
    }

    [Test]
    public void Of_two_that_stop_at_once_neither_takes_over()
    {
        Change(1, broker => broker with { IsInControlledShutdown = true });
        Change(2, broker => broker with { IsInControlledShutdown = true });
        Assert.That(new ControllerSuccession(new NodeId(2), Incarnation).IsOurTurn(_image), Is.False);
        Assert.That(new ControllerSuccession(new NodeId(3), Incarnation).IsOurTurn(_image), Is.True);
    }

    [Test]
    public void What_the_log_says_of_times_before_this_process_is_over()
    {
        Change(1, broker => broker with { IsInControlledShutdown = true });
        Assert.That(new ControllerSuccession(new NodeId(2), Guid.NewGuid()).IsOurTurn(_image), Is.False);
    }

    private void Change(int node, Func<BrokerImage, BrokerImage> change) => _image = _image with
    {
        Brokers = _image.Brokers.SetItem(new NodeId(node), change(_image.Broker(new NodeId(node))!)),
    };

    private static BrokerImage Broker(int id) => new(
        new NodeId(id), new BrokerEpoch(id), Incarnation, "", "", BrokerRoles.Broker, IsFenced: false,
        IsInControlledShutdown: false, [], []);
}
