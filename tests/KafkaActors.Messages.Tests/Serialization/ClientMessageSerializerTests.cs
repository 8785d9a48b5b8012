using System.Runtime.InteropServices;
using System.Runtime.Serialization;
using System.Text;
using Akka.Actor;
using Akka.Configuration;
using Akka.Serialization;
using KafkaActors.Messages.Serialization;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;

namespace KafkaActors.Messages.Tests.Serialization;

/// <summary>The layout of every client message, and what the serializer refuses.</summary>
[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.SingleInstance)]
public sealed class ClientMessageSerializerTests
{
    private ActorSystem _system = null!;
    private ManifestSerializer _serializer = null!;

    private static IEnumerable<TestCaseData> Goldens => ClientMessageGoldens.All
        .Select((golden, index) => new TestCaseData(golden.Manifest, golden.Message, golden.Hex)
            .SetArgDisplayNames($"{golden.Manifest}#{index}"));

    [OneTimeSetUp]
    public void Start()
    {
        _system = ActorSystem.Create("messages", MessagesConfig.Fragment);
        _serializer = new ClientMessageSerializer((ExtendedActorSystem)_system);
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        await _system.Terminate();
        _system.Dispose();
    }

    [TestCaseSource(nameof(Goldens))]
    public void A_message_is_written_as_its_table_says(string manifest, object message, string hex)
    {
        Assert.That(_serializer.Manifest(message), Is.EqualTo(manifest));
        Assert.That(Convert.ToHexStringLower(_serializer.ToBinary(message)), Is.EqualTo(hex));
    }

    [TestCaseSource(nameof(Goldens))]
    public void A_message_is_read_as_its_table_says(string manifest, object message, string hex)
    {
        object read = _serializer.FromBinary(Convert.FromHexString(hex), manifest);
        Assert.That(read, Is.InstanceOf(message.GetType()));
        Assert.That(Convert.ToHexStringLower(_serializer.ToBinary(read)), Is.EqualTo(hex));
    }

    [TestCaseSource(nameof(Goldens))]
    public void A_message_cut_short_is_refused_or_has_a_shorter_payload(string manifest, object message, string hex)
    {
        byte[] whole = Convert.FromHexString(hex);
        int payload = message is SessionProtocol.FramePart part ? part.Bytes.Length : 0;
        for (int length = 0; length < whole.Length - payload; length++)
        {
            byte[] cut = whole[..length];
            Assert.That(() => _serializer.FromBinary(cut, manifest), Throws.InstanceOf<SerializationException>());
        }
    }

    [Test]
    public void Every_message_of_the_conversations_has_golden_bytes()
    {
        IEnumerable<Type> golden = ClientMessageGoldens.All.Select(entry => entry.Message.GetType());
        IEnumerable<Type> known = ClientMessageSerializer.Layouts.Select(layout => layout.Type);
        Assert.That(known.Except([typeof(SessionProtocol.Connected)]), Is.EquivalentTo(golden.Distinct()));
    }

    [Test]
    public void Every_command_and_reply_has_a_layout()
    {
        IEnumerable<Type> messages = typeof(ICommand).Assembly.GetTypes()
            .Where(type => type.IsClass)
            .Where(type => type.IsAssignableTo(typeof(ICommand)) || type.IsAssignableTo(typeof(IReply)))
            .Where(type => !type.IsAssignableTo(typeof(INoSerializationVerificationNeeded)));
        Assert.That(ClientMessageSerializer.Layouts.Select(layout => layout.Type), Is.EquivalentTo(messages));
    }

    [Test]
    public void The_embedded_configuration_binds_every_message_to_the_serializer()
    {
        Config bindings = MessagesConfig.Fragment.GetConfig("akka.actor.serialization-bindings");
        Assert.That(bindings.AsEnumerable().Count(), Is.EqualTo(ClientMessageSerializer.Layouts.Count));
        foreach (MessageLayout layout in ClientMessageSerializer.Layouts)
        {
            Serializer bound = _system.Serialization.FindSerializerForType(layout.Type);
            Assert.That(bound, Is.InstanceOf<ClientMessageSerializer>(), layout.Type.ToString());
            Assert.That(bound.Identifier, Is.EqualTo(909201));
        }
    }

    [Test]
    public void Connected_carries_the_path_of_the_session()
    {
        IActorRef session = _system.ActorOf(Props.Empty, "session");
        var message = new SessionProtocol.Connected(
            7, session, new NodeId(1), "c", 1 << 20, 2 << 20, TimeSpan.FromSeconds(30),
            [new ApiVersionsResponse.ApiVersion { ApiKey = 1, MinVersion = 4, MaxVersion = 17 }]);
        string path = Akka.Serialization.Serialization.SerializedActorPath(session);
        string pathHex = path.Length.ToString("x8") + Convert.ToHexStringLower(Encoding.UTF8.GetBytes(path));
        string hex = "02" + "0000000000000007" + pathHex
            + "00000001" + "00000001" + "63" + "00100000" + "00200000" + "0000000000007530"
            + "00000001" + "0001" + "0004" + "0011";
        Assert.That(Convert.ToHexStringLower(_serializer.ToBinary(message)), Is.EqualTo(hex));
        var read = (SessionProtocol.Connected)_serializer.FromBinary(Convert.FromHexString(hex), "sC");
        Assert.That(read with { Apis = message.Apis }, Is.EqualTo(message));
        Assert.That(
            read.Apis.Select(api => (api.ApiKey, api.MinVersion, api.MaxVersion)),
            Is.EqualTo(new[] { ((short)1, (short)4, (short)17) }));
    }

    [Test]
    public void A_client_of_the_first_version_can_be_told_which_one_the_node_speaks()
    {
        const string hex = "01" + "0000000000000007" + "00000002" + "6162" + "00000001";
        object read = _serializer.FromBinary(Convert.FromHexString(hex), "sc");
        Assert.That(read, Is.EqualTo(new SessionProtocol.Connect(7, "ab", "", "", 1)));
    }

    [Test]
    public void A_payload_is_a_slice_of_the_array_that_was_received()
    {
        byte[] received = Convert.FromHexString("01" + "0000000000000007" + "00000002" + "00000000" + "cafe");
        var part = (SessionProtocol.FramePart)_serializer.FromBinary(received, "sp");
        Assert.That(MemoryMarshal.TryGetArray(part.Bytes, out ArraySegment<byte> slice), Is.True);
        Assert.That(slice.Array, Is.SameAs(received));
        Assert.That(slice, Has.Count.EqualTo(2));
    }

    [Test]
    public void A_count_beyond_the_bytes_that_remain_is_refused_before_it_is_allocated()
    {
        string path = Akka.Serialization.Serialization.SerializedActorPath(_system.DeadLetters);
        string pathHex = path.Length.ToString("x8") + Convert.ToHexStringLower(Encoding.UTF8.GetBytes(path));
        string before = "02" + "0000000000000007" + pathHex
            + "00000001" + "00000001" + "63" + "00100000" + "00200000" + "0000000000007530";
        byte[] none = Convert.FromHexString(before + "00000000");
        byte[] tooMany = Convert.FromHexString(before + "7fffffff" + "000100040011");
        Assert.That(_serializer.FromBinary(none, "sC"), Is.InstanceOf<SessionProtocol.Connected>());
        Assert.That(() => _serializer.FromBinary(tooMany, "sC"), Throws.InstanceOf<SerializationException>());
    }

    [TestCase("sk", "02" + "0000000000000007", TestName = "A_newer_version_is_refused")]
    [TestCase("sk", "00" + "0000000000000007", TestName = "Version_zero_is_refused")]
    [TestCase("sk", "01" + "0000000000000007" + "00", TestName = "Bytes_left_over_are_refused")]
    [TestCase("zz", "01", TestName = "An_unknown_manifest_is_refused")]
    [TestCase("se", "01" + "ffffffff", TestName = "A_null_where_none_is_allowed_is_refused")]
    public void What_is_not_a_known_message_is_refused(string manifest, string hex) =>
        Assert.That(
            () => _serializer.FromBinary(Convert.FromHexString(hex), manifest),
            Throws.InstanceOf<SerializationException>());

    [Test]
    public void A_type_without_a_layout_is_refused() =>
        Assert.That(() => _serializer.ToBinary("text"), Throws.InstanceOf<SerializationException>());

    [Test]
    public void A_text_longer_than_the_first_buffer_comes_back_whole()
    {
        var message = new SessionProtocol.SessionEnded(new string('x', 5000));
        Assert.That(_serializer.FromBinary(_serializer.ToBinary(message), "se"), Is.EqualTo(message));
    }
}
