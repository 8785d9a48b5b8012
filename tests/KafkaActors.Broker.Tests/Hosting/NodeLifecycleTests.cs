using KafkaActors.Broker.Hosting;
using KafkaActors.Coordination.Decisions;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Protocol;
using static KafkaActors.Coordination.Metadata.MetadataEvent;

namespace KafkaActors.Broker.Tests.Hosting;

public sealed class NodeLifecycleTests
{
    private static readonly NodeId Node = new(1);
    private static readonly Guid Incarnation = new("00000000-0000-0000-0000-000000000001");
    private static readonly DirectoryId Directory = DirectoryId.NewRandom();

    private MetadataImage _image = MetadataImage.Empty;
    private NodeLifecycle _node = null!;

    [SetUp]
    public void CreateNode()
    {
        _image = MetadataImage.Empty;
        _node = new NodeLifecycle(Registration(""));
    }

    [Test]
    public void A_node_goes_the_boot_order()
    {
        Assert.That(_node.OnImage(_image), Is.Empty);
        Assert.That(Commit(Formed("c")).Single(), Is.InstanceOf<NodeEffect.Register>());
        Assert.That(Commit(Registered(Incarnation)), Is.EqualTo(new NodeEffect[]
        {
            new NodeEffect.Remember("c", Epoch), new NodeEffect.Recover(_image.Offset),
        }));
        Assert.That(_node.OnRecovered(), Is.Empty);
        Assert.That(_node.OnRemembered().Single(), Is.EqualTo(new NodeEffect.Unfence(Epoch)));
        Assert.That(Commit(new BrokerUnfenced(Node, Epoch)).Single(), Is.InstanceOf<NodeEffect.Ready>());
        Assert.That(_node.Phase, Is.EqualTo(NodePhase.Serving));
    }

    [Test]
    public void What_a_phase_waits_for_is_asked_again()
    {
        Assert.That(_node.OnRetry(), Is.Empty);
        Commit(Formed("c"));
        Assert.That(_node.OnRetry().Single(), Is.InstanceOf<NodeEffect.Register>());
        Commit(Registered(Incarnation));
        Assert.That(_node.OnRetry().Single(), Is.InstanceOf<NodeEffect.Recover>());
        _node.OnRecovered();
        Assert.That(_node.OnRetry(), Is.Empty);
        _node.OnRemembered();
        Assert.That(_node.OnRetry().Single(), Is.InstanceOf<NodeEffect.Unfence>());
    }

    [Test]
    public void A_registration_of_an_earlier_incarnation_is_not_ours()
    {
        Commit(Formed("c"));
        Assert.That(Commit(Registered(Guid.NewGuid())), Is.Empty);
        Assert.That(_node.Phase, Is.EqualTo(NodePhase.Registering));
    }

    [Test]
    public void Only_an_image_that_names_this_process_may_be_acted_on()
    {
        Commit(Formed("c"));
        Assert.That(_node.IsRegisteredIn(_image), Is.False, "it is not registered");
        Commit(Registered(Guid.NewGuid()));
        Assert.That(_node.IsRegisteredIn(_image), Is.False, "a former process is");
        Commit(Registered(Incarnation));
        Assert.That(_node.IsRegisteredIn(_image), Is.True);
        Assert.That(new NodeLifecycle(Registration("other")).IsRegisteredIn(_image), Is.False, "another cluster");
    }

    [Test]
    public void Another_incarnation_under_our_id_ends_the_node()
    {
        Serve();
        Assert.That(Commit(Registered(Guid.NewGuid())).Single(), Is.InstanceOf<NodeEffect.Fail>()
            .With.Property(nameof(NodeEffect.Fail.Reason)).Contains("another process has registered as node 1"));
        Assert.That(_node.OnStop(), Is.Empty);
    }

    [Test]
    public void A_node_that_is_unregistered_while_it_runs_ends_and_says_so()
    {
        Serve();
        Assert.That(Commit(new BrokerUnregistered(Node, Epoch)).Single(), Is.InstanceOf<NodeEffect.Fail>()
            .With.Property(nameof(NodeEffect.Fail.Reason)).Contains("node 1 was unregistered"));
    }

    [Test]
    public void A_node_that_is_fenced_while_alive_asks_to_be_unfenced()
    {
        Serve();
        Assert.That(Commit(new BrokerFenced(Node, Epoch)).Single(), Is.EqualTo(new NodeEffect.Unfence(Epoch)));
        Assert.That(Commit(new BrokerUnfenced(Node, Epoch)).Single(), Is.InstanceOf<NodeEffect.Ready>());
    }

    [Test]
    public void Another_clusters_directory_is_refused()
    {
        _node = new NodeLifecycle(Registration("mine"));
        Assert.That(Commit(Formed("c")).Single(), Is.InstanceOf<NodeEffect.Fail>()
            .With.Property(nameof(NodeEffect.Fail.Reason)).StartsWith("the data directory belongs to cluster mine"));
    }

    [TestCase(ErrorCode.InvalidRegistration, true)]
    [TestCase(ErrorCode.InconsistentClusterId, true)]
    [TestCase(ErrorCode.DuplicateBrokerRegistration, false)]
    [TestCase(ErrorCode.NotController, false)]
    [TestCase(ErrorCode.RequestTimedOut, false)]
    public void Only_a_final_refusal_ends_the_node(ErrorCode error, bool isFinal)
    {
        Commit(Formed("c"));
        Assert.That(_node.OnRefused(error, "because").OfType<NodeEffect.Fail>().Any(), Is.EqualTo(isFinal));
        Assert.That(_node.LastRefusal, Is.EqualTo("because"));
    }

    [Test]
    public void A_stop_hands_over_first()
    {
        Serve();
        Assert.That(_node.OnStop().Single(), Is.EqualTo(new NodeEffect.HandOver(Epoch)));
        Assert.That(_node.OnStop(), Is.Empty);
        Assert.That(Commit(new BrokerShutdownStarted(Node, Epoch)).Single(), Is.InstanceOf<NodeEffect.HandedOver>());
        Assert.That(_node.Phase, Is.EqualTo(NodePhase.Ended));
    }

    [Test]
    public void A_node_that_never_registered_has_nothing_to_hand_over() =>
        Assert.That(_node.OnStop().Single(), Is.InstanceOf<NodeEffect.HandedOver>());

    private BrokerEpoch Epoch => _image.Broker(Node)!.Epoch;

    private void Serve()
    {
        Commit(Formed("c"));
        Commit(Registered(Incarnation));
        _node.OnRecovered();
        _node.OnRemembered();
        Commit(new BrokerUnfenced(Node, Epoch));
    }

    private IReadOnlyList<NodeEffect> Commit(MetadataEvent item)
    {
        _image = _image.Apply(item, _image.Offset.Next());
        return _node.OnImage(_image);
    }

    private static ClusterFormed Formed(string id) => new(id, [new Voter(Node, Directory)]);

    private static BrokerRegistered Registered(Guid incarnation) => new(
        Node, BrokerEpoch.None, incarnation, "boot", "akka.tcp://kafka-actors@127.0.0.1:4053",
        BrokerRoles.Voter | BrokerRoles.Broker, true, false, [Directory], []);

    private static BrokerRegistration Registration(string clusterId) => new(
        Node, clusterId, Incarnation, "boot", "akka.tcp://kafka-actors@127.0.0.1:4053",
        BrokerRoles.Voter | BrokerRoles.Broker, BrokerEpoch.None, [Directory], []);
}
