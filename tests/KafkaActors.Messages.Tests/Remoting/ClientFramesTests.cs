using Akka.Actor;
using KafkaActors.Messages.Remoting;
using KafkaActors.Messages.Serialization;
using static KafkaActors.Messages.Tests.Remoting.Frames;

namespace KafkaActors.Messages.Tests.Remoting;

public sealed class ClientFramesTests
{
    private const string Node = "akka.tcp://kafka-actors@node-1:4053";
    private const string Door = Node + SessionProtocol.FrontDoorPath;
    private const string Session = Door + "/s0123456789abcdef0123456789abcdef";
    private const string Sender = "akka.tcp://shop@laptop:5000/user/client#1";
    private const int Conversation = ClientMessageSerializer.SerializerId;

    private static readonly byte[] To = Actor(1, Door);
    private static readonly byte[] From = Actor(4, Sender);
    private static readonly byte[] Said = Payload(Conversation);
    private static readonly byte[] Unnumbered = Fixed(5, NoSequenceNumber);

    private ClientFrames _frames = null!;

    [SetUp]
    public void Meet()
    {
        _frames = new ClientFrames(Address.Parse(Node));
        Assert.That(_frames.Judge(Associate("shop", "laptop", 5000)), Is.EqualTo(FrameVerdict.Passes));
    }

    [TestCase(Door)]
    [TestCase(Door + "#-123456")]
    [TestCase(Session)]
    [TestCase(Session + "#42")]
    public void A_message_of_the_conversation_reaches_the_front_door_and_its_sessions(string recipient)
    {
        Assert.That(Judge(Actor(1, recipient), Said, From, Unnumbered), Is.EqualTo(FrameVerdict.Passes));
        Assert.That(Judge(Actor(1, recipient), Said, Unnumbered), Is.EqualTo(FrameVerdict.Passes));
    }

    [TestCase(Node + "/")]
    [TestCase(Node + "/user/kafka-actors")]
    [TestCase(Node + "/user/kafka-actors/controller")]
    [TestCase(Node + "/system/cluster/core/daemon")]
    [TestCase(Node + "/remote")]
    [TestCase(Door + "/")]
    [TestCase(Door + "/..")]
    [TestCase(Door + "/../controller")]
    [TestCase(Door + "s")]
    [TestCase(Session + "/..")]
    [TestCase(Session + "0")]
    [TestCase(Door + "/s0123456789abcdef0123456789abcde/")]
    [TestCase(Door + "#1/../controller")]
    [TestCase("akka.tcp://kafka-actors@node-2:4053" + SessionProtocol.FrontDoorPath)]
    [TestCase("akka://kafka-actors" + SessionProtocol.FrontDoorPath)]
    [TestCase("")]
    public void Nothing_reaches_anybody_else(string recipient) => Assert.That(
        Judge(Actor(1, recipient), Said, From, Unnumbered), Is.EqualTo(FrameVerdict.NotForClients));

    // Akka's own: bytes, primitives, system messages, selections, cluster, daemon, JSON; ours between nodes.
    [TestCase(4)]
    [TestCase(17)]
    [TestCase(22)]
    [TestCase(6)]
    [TestCase(5)]
    [TestCase(3)]
    [TestCase(1)]
    [TestCase(16)]
    [TestCase(909202)]
    public void Nothing_of_another_serializer_passes(int serializer) => Assert.That(
        Judge(To, Payload(serializer), From, Unnumbered), Is.EqualTo(FrameVerdict.NotForClients));

    [Test]
    public void A_system_message_does_not_pass_whatever_it_says_of_itself()
    {
        Assert.That(Judge(To, Said, From, Fixed(5, 1)), Is.EqualTo(FrameVerdict.NotForClients));
        // Without a number it has the number 0.
        Assert.That(Judge(To, Said, From), Is.EqualTo(FrameVerdict.NotForClients));
        // A parser passes over a field of another wire type.
        Assert.That(Judge(To, Said, From, Number(5, NoSequenceNumber)), Is.EqualTo(FrameVerdict.Malformed));
    }

    [TestCase(Node + "/user/kafka-actors/controller")]
    [TestCase("akka.tcp://shop@laptop:50001/user/client")]
    [TestCase("akka.tcp://other@laptop:5000/user/client")]
    [TestCase("akka://kafka-actors/user/kafka-actors/controller")]
    [TestCase("")]
    public void Nobody_is_answered_in_a_client_s_place(string sender) => Assert.That(
        Judge(To, Said, Actor(4, sender), Unnumbered), Is.EqualTo(FrameVerdict.OtherSender));

    [Test]
    public void A_field_that_comes_twice_breaks_its_frame()
    {
        byte[] controller = Actor(1, Node + "/user/kafka-actors/controller");
        Assert.That(Judge(controller, Said, From, Unnumbered, To), Is.EqualTo(FrameVerdict.Malformed));
        Assert.That(Judge(To, Payload(1), From, Unnumbered, Said), Is.EqualTo(FrameVerdict.Malformed));
        Assert.That(Judge(To, Said, From, Fixed(5, 1), Unnumbered), Is.EqualTo(FrameVerdict.Malformed));
        byte[] twice = Bytes(1, [.. Text(1, Node + "/remote"), .. Text(1, Door)]);
        Assert.That(Judge(twice, Said, From, Unnumbered), Is.EqualTo(FrameVerdict.NotForClients));
    }

    [Test]
    public void Acknowledgements_do_not_pass()
    {
        byte[] acknowledgement = Bytes(1, Fixed(1, 7));
        byte[] envelope = Bytes(2, [.. To, .. Said, .. From, .. Unnumbered]);
        Assert.That(_frames.Judge(Bytes(1, acknowledgement)), Is.EqualTo(FrameVerdict.NotForClients));
        Assert.That(
            _frames.Judge(Bytes(1, [.. acknowledgement, .. envelope])), Is.EqualTo(FrameVerdict.NotForClients));
        Assert.That(
            _frames.Judge(Bytes(1, [.. envelope, .. acknowledgement])), Is.EqualTo(FrameVerdict.NotForClients));
    }

    [Test]
    public void Heartbeats_pass() => Assert.That(_frames.Judge(Heartbeat()), Is.EqualTo(FrameVerdict.Passes));

    [TestCase("kafka-actors")]
    [TestCase("Kafka-Actors")]
    public void A_client_does_not_have_the_name_of_nodes(string system)
    {
        var frames = new ClientFrames(Address.Parse(Node));
        Assert.That(frames.Judge(Associate(system, "node-2", 4053)), Is.EqualTo(FrameVerdict.NameOfNodes));
        Assert.That(frames.Judge(Message(To, Said, Unnumbered)), Is.EqualTo(FrameVerdict.Malformed));
    }

    [Test]
    public void A_client_says_who_it_is_first_and_once()
    {
        Assert.That(_frames.Judge(Associate("kafka-actors", "node-2", 4053)), Is.EqualTo(FrameVerdict.Malformed));
        Assert.That(_frames.Judge(Associate("shop", "laptop", 5000)), Is.EqualTo(FrameVerdict.Malformed));
        var frames = new ClientFrames(Address.Parse(Node));
        Assert.That(frames.Judge(Heartbeat()), Is.EqualTo(FrameVerdict.Malformed));
        Assert.That(frames.Judge(Message(To, Said, From, Unnumbered)), Is.EqualTo(FrameVerdict.Malformed));
    }

    [Test]
    public void Frames_cut_or_changed_anywhere_throw_nothing_and_open_nothing_else()
    {
        byte[] good = Message(To, Said, From, Unnumbered);
        for (int length = 0; length < good.Length; length++)
            Assert.That(_frames.Judge(good.AsSpan(0, length)), Is.Not.EqualTo(FrameVerdict.Passes), $"{length} bytes");
        var random = new Random(12);
        for (int round = 0; round < 20_000; round++)
        {
            byte[] changed = [.. good];
            for (int count = random.Next(1, 4); count > 0; count--)
                changed[random.Next(changed.Length)] = (byte)random.Next(256);
            if (_frames.Judge(changed) != FrameVerdict.Passes) continue;
            // What still passes was changed in the content, the manifest or the sender's name alone.
            Assert.That(changed.AsSpan().IndexOf(To), Is.GreaterThan(0), $"round {round}");
            Assert.That(changed.AsSpan().IndexOf(Unnumbered), Is.GreaterThan(0), $"round {round}");
        }
    }

    private FrameVerdict Judge(params byte[][] envelope) => _frames.Judge(Message(envelope));
}
