using System.Buffers.Binary;
using Akka.Actor;
using Akka.Configuration;
using Akka.Event;
using KafkaActors.Client.Cluster;
using KafkaActors.Client.Contact;
using KafkaActors.Client.Tests.FakeNodes;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;
using KafkaActors.Protocol.Wire;

namespace KafkaActors.Client.Tests.Contact;

/// <summary>What is found behind a contact point: a Kafka port, or a node's ActorSystem.</summary>
[Parallelizable(ParallelScope.Self)]
[CancelAfter(60_000)]
public sealed class ContactProbeTests
{
    private const string Canonical = "akka.tcp://kafka-actors@node-1:4053";

    private static readonly Address Elsewhere = new("akka", "client");

    [Test]
    public async Task The_probe_learns_the_name_that_the_node_has_for_itself(CancellationToken timeout)
    {
        await using FakeNode node = FakeNode.Start(new FakeCluster());
        FoundContact found = await FindAsync("localhost", node.Port, timeout);
        Assert.That(found.NeedsRemoting, Is.True);
        Assert.That(found.AddressFrom(Elsewhere), Is.EqualTo(new NodeAddress.ActorSystem(node.Address)));
    }

    [Test]
    public async Task A_Kafka_port_is_spoken_to_as_it_is_unless_its_node_is_in_the_very_same_system(
        CancellationToken timeout)
    {
        ApiVersionsRequest? asked = null;
        await using FakePort port = FakePort.Kafka(request =>
        {
            asked = request;
            return (new ApiVersionsResponse { AkkaAddress = Canonical }, 3);
        });
        FoundContact found = await FindAsync("localhost", port.Port, timeout);
        Assert.That(found.NeedsRemoting, Is.False);
        Assert.That(found.AddressFrom(Elsewhere), Is.EqualTo(new NodeAddress.KafkaPort("localhost", port.Port)));
        Address there = Address.Parse(Canonical);
        Assert.That(found.AddressFrom(there), Is.EqualTo(new NodeAddress.ActorSystem(there)));
        Assert.That(asked!.ClientSoftwareName, Is.EqualTo("kafka-actors"));
        Assert.That(asked.ClientSoftwareVersion, Does.Match("^[a-zA-Z0-9](?:[a-zA-Z0-9.-]*[a-zA-Z0-9])?$"));
    }

    [Test]
    public void The_question_for_a_Kafka_port_looks_like_64_KiB_to_an_Akka_port()
    {
        byte[] request = KafkaGreeting.Request();
        Assert.That(request, Has.Length.EqualTo(sizeof(int) + 256));
        Assert.That(BinaryPrimitives.ReadInt32LittleEndian(request), Is.EqualTo(64 * 1024));
        var reader = new ProtocolReader(request.AsMemory(sizeof(int)));
        RequestHeader header = RequestHeader.Read(ref reader);
        ApiVersionsRequest.Read(ref reader, header.Version);
        Assert.That((header.Api, header.Version, reader.Remaining), Is.EqualTo((ApiKey.ApiVersions, (short)3, 0)));
    }

    [Test]
    public async Task An_Akka_port_has_nothing_to_complain_of(CancellationToken timeout)
    {
        Config config = ConfigurationFactory.ParseString(
            """
            akka.actor.provider = remote
            akka.remote.dot-netty.tcp.hostname = "127.0.0.1"
            akka.remote.dot-netty.tcp.port = 0
            akka.loglevel = INFO
            akka.stdout-loglevel = OFF
            akka.loggers = []
            """);
        using ActorSystem system = ActorSystem.Create("kafka-actors", config);
        using Inbox inbox = Inbox.Create(system);
        system.EventStream.Subscribe(inbox.Receiver, typeof(Warning));
        system.EventStream.Subscribe(inbox.Receiver, typeof(Error));
        Address address = ((ExtendedActorSystem)system).Provider.DefaultAddress;
        FoundContact found = await FindAsync("localhost", address.Port!.Value, timeout);
        Assert.That(found.AddressFrom(Elsewhere), Is.EqualTo(new NodeAddress.ActorSystem(address)));

        // Whatever the probe's connections have caused comes before what a second probe sees.
        await FindAsync("127.0.0.1", address.Port!.Value, timeout);
        system.EventStream.Publish(new Warning(null, "end", GetType(), "the end"));
        Assert.That(((Warning)await inbox.ReceiveAsync(TimeSpan.FromSeconds(10))).Message, Is.EqualTo("the end"));
        await system.Terminate();
    }

    [Test]
    public async Task A_broker_of_another_make_is_spoken_to_by_its_Kafka_port(
        [Values(ErrorCode.None, ErrorCode.UnsupportedVersion)] ErrorCode error, CancellationToken timeout)
    {
        // Brokers that do not know the version of the question answer in version 0.
        short version = error == ErrorCode.None ? (short)3 : (short)0;
        await using FakePort port = FakePort.Kafka(_ => (new ApiVersionsResponse
        {
            ErrorCode = error,
            ApiKeys = [new ApiVersionsResponse.ApiVersion { ApiKey = 18, MaxVersion = 2 }],
        }, version));
        FoundContact found = await FindAsync("localhost", port.Port, timeout);
        Assert.That(found.AddressFrom(Elsewhere), Is.EqualTo(new NodeAddress.KafkaPort("localhost", port.Port)));
    }

    [Test]
    public async Task A_port_of_something_else_is_told_in_one_line(CancellationToken timeout)
    {
        await using FakePort port = FakePort.Saying("HTTP/1.1 400 Bad Request\r\n\r\n"u8.ToArray());
        Assert.That(Fail(port, timeout).Message, Does.Contain("neither").And.Not.Contain("\n"));
    }

    [Test]
    public async Task A_port_that_hangs_up_is_told_in_one_line(CancellationToken timeout)
    {
        await using FakePort port = FakePort.Of((_, _) => Task.CompletedTask);
        Assert.That(Fail(port, timeout).Message, Does.Contain("neither").And.Not.Contain("\n"));
    }

    [Test]
    public async Task A_port_that_is_silent_is_given_up_in_time(CancellationToken timeout)
    {
        await using FakePort port = FakePort.Of(
            async (stream, stop) => await stream.CopyToAsync(Stream.Null, stop));
        var probe = new ContactProbe(TimeSpan.FromMilliseconds(300), TimeProvider.System, true);
        KafkaException? fault = Assert.ThrowsAsync<KafkaException>(
            async () => await probe.FindAsync(ContactPoint.Parse($"127.0.0.1:{port.Port}"), timeout));
        Assert.That(fault!.Message, Does.Contain("did not answer within 0.3 s"));
    }

    private static KafkaException Fail(FakePort port, CancellationToken timeout) =>
        Assert.ThrowsAsync<KafkaException>(async () => await FindAsync("127.0.0.1", port.Port, timeout))!;

    private static Task<FoundContact> FindAsync(string host, int port, CancellationToken timeout) =>
        new ContactProbe(TimeSpan.FromSeconds(20), TimeProvider.System, true)
            .FindAsync(ContactPoint.Parse($"{host}:{port}"), timeout);
}
