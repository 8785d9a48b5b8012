using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;
using KafkaActors.Protocol.Wire;
using KafkaActors.TestKit.Kafka;

namespace KafkaActors.Network.Tests;

[Parallelizable(ParallelScope.All)]
public sealed class VersionHandshakeTests
{
    [Test]
    public async Task The_question_names_the_client_and_its_software()
    {
        using var broker = new ScriptedBroker();
        using BrokerLink link = Links.To(broker);
        _ = link.AskAsync(Links.Heartbeat(), Links.Long);
        using BrokerSide side = await broker.AcceptAsync();
        (RequestHeader header, IRequestMessage message) = await side.ReceiveAsync();
        var question = (ApiVersionsRequest)message;
        Assert.That(header.Version, Is.EqualTo(4));
        Assert.That(header.ClientId, Is.EqualTo("test"));
        Assert.That(question.ClientSoftwareName, Is.EqualTo("kafka-actors"));
        Assert.That(question.ClientSoftwareVersion, Does.Match("^[0-9]+[.][0-9]+[.][0-9]+$"));
    }

    [TestCase(2, 2)]
    [TestCase(0, 0)]
    [TestCase(-1, 0)]
    [TestCase(9, 3)]
    public async Task A_broker_that_does_not_know_the_version_is_asked_in_one_that_it_names(int named, int askedNext)
    {
        using var broker = new ScriptedBroker();
        using BrokerLink link = Links.To(broker);
        Task<IResponseMessage?> asking = link.AskAsync(Links.Heartbeat(), Links.Long);
        using BrokerSide side = await broker.AcceptAsync();
        RequestHeader question = await side.ReceiveAsync(ApiKey.ApiVersions);
        var refusal = new ApiVersionsResponse { ErrorCode = ErrorCode.UnsupportedVersion };
        if (named >= 0)
        {
            refusal.ApiKeys = [new ApiVersionsResponse.ApiVersion
            {
                ApiKey = (short)ApiKey.ApiVersions, MaxVersion = (short)named,
            }];
        }

        await side.SendAsync(BrokerSide.Frame(question, refusal, version: 0));
        question = await side.ReceiveAsync(ApiKey.ApiVersions);
        Assert.That(question.Version, Is.EqualTo(askedNext));
        await side.AnswerAsync(question, new ApiVersionsResponse { ApiKeys = [.. BrokerSide.Newest] });
        await side.AnswerAsync(await side.ReceiveAsync(ApiKey.Heartbeat), new HeartbeatResponse());
        Assert.That(await asking, Is.Not.Null);
    }

    [Test]
    public async Task A_broker_that_closes_the_connection_over_the_question_is_asked_in_the_oldest_version()
    {
        using var broker = new ScriptedBroker();
        using BrokerLink link = Links.To(broker);
        Task<IResponseMessage?> asking = link.AskAsync(Links.Heartbeat(), Links.Long);
        using (BrokerSide first = await broker.AcceptAsync())
            await first.ReceiveAsync(ApiKey.ApiVersions);
        using BrokerSide second = await broker.AcceptAsync();
        RequestHeader question = await second.ReceiveAsync(ApiKey.ApiVersions);
        Assert.That(question.Version, Is.Zero);
        await second.AnswerAsync(question, new ApiVersionsResponse { ApiKeys = [.. BrokerSide.Newest] });
        await second.AnswerAsync(await second.ReceiveAsync(ApiKey.Heartbeat), new HeartbeatResponse());
        Assert.That(await asking, Is.Not.Null);
    }

    [Test]
    public async Task A_port_that_closes_every_connection_is_said_to_be_none_of_Kafka()
    {
        using var broker = new ScriptedBroker();
        using BrokerLink link = Links.To(broker);
        Task<IResponseMessage?> asking = link.AskAsync(Links.Heartbeat(), Links.Long);
        (await broker.AcceptAsync()).Dispose();
        (await broker.AcceptAsync()).Dispose();
        Assert.That((await Links.FaultOf(asking)).Message, Does.Contain("closed the connection instead of answering"));
    }

    [Test]
    public async Task A_broker_that_refuses_to_say_is_given_up_with_its_error()
    {
        using var broker = new ScriptedBroker();
        using BrokerLink link = Links.To(broker);
        Task<IResponseMessage?> asking = link.AskAsync(Links.Heartbeat(), Links.Long);
        using BrokerSide side = await broker.AcceptAsync();
        RequestHeader question = await side.ReceiveAsync(ApiKey.ApiVersions);
        await side.AnswerAsync(question, new ApiVersionsResponse { ErrorCode = ErrorCode.ClusterAuthorizationFailed });
        Assert.That((await Links.FaultOf(asking)).Message, Does.Contain("ClusterAuthorizationFailed"));
    }
}
