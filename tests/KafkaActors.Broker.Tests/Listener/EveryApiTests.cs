using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;
using KafkaActors.Protocol.Wire;
using KafkaActors.TestKit.Kafka;

namespace KafkaActors.Broker.Tests.Listener;

/// <summary>Whatever the node says it serves it answers, and what it does not serve ends the connection.</summary>
public sealed class EveryApiTests
{
    [Test]
    public async Task Every_API_answers_in_every_version_that_is_advertised()
    {
        using KafkaWireClient client = await ListenerNode.ConnectAsync();
        (string topic, TopicId id) = await ListenerNode.CreateTopicAsync(client);
        var versions = await client.AskAsync<ApiVersionsResponse>(new ApiVersionsRequest(), 0);
        var answered = new List<string>();
        foreach (ApiVersionsResponse.ApiVersion api in versions.ApiKeys)
        {
            IRequestMessage request = SampleRequests.Of((ApiKey)api.ApiKey, topic, id);
            for (short version = api.MinVersion; version <= api.MaxVersion; version++)
            {
                await client.AskAsync<IResponseMessage>(request, version);
                answered.Add($"{request.Api} v{version}");
            }
        }

        Assert.That(answered, Has.Count.EqualTo(versions.ApiKeys.Sum(api => api.MaxVersion - api.MinVersion + 1)));
        Assert.That(answered, Has.Count.GreaterThan(80));
    }

    [TestCase(true, Description = "a request that asks for something")]
    [TestCase(false, Description = "one whose fields are all as they are by default")]
    public async Task Every_answer_has_the_errors_of_its_API_and_version_and_no_list_is_null(bool isSample)
    {
        using KafkaWireClient client = await ListenerNode.ConnectAsync();
        (string topic, TopicId id) = await ListenerNode.CreateTopicAsync(client);
        var versions = await client.AskAsync<ApiVersionsResponse>(new ApiVersionsRequest(), 0);
        var faults = new List<string>();
        foreach (ApiVersionsResponse.ApiVersion api in versions.ApiKeys)
        {
            var key = (ApiKey)api.ApiKey;
            IRequestMessage request = isSample ? SampleRequests.Of(key, topic, id) : SampleRequests.Empty(key);
            // By default nobody waits for it.
            if (request is ProduceRequest produce) produce.Acks = 1;
            for (short version = api.MinVersion; version <= api.MaxVersion; version++)
            {
                var answer = await client.AskAsync<IResponseMessage>(request, version);
                faults.AddRange(AnswerRules.Faults(answer, key, version));
            }
        }

        Assert.That(faults, Is.Empty);
        Assert.That(AnswerableErrors.Apis, Is.SupersetOf(versions.ApiKeys.Select(api => (ApiKey)api.ApiKey)));
    }

    [Test]
    public async Task What_is_advertised_are_known_versions()
    {
        using KafkaWireClient client = await ListenerNode.ConnectAsync();
        var versions = await client.AskAsync<ApiVersionsResponse>(new ApiVersionsRequest(), 0);
        foreach (ApiVersionsResponse.ApiVersion api in versions.ApiKeys)
        {
            Assert.That(ApiMessages.TryGet(api.ApiKey, out ApiDescription? known), Is.True, $"{api.ApiKey}");
            Assert.That(known!.Versions.Contains(api.MinVersion), Is.True, $"{known.Name} v{api.MinVersion}");
            Assert.That(known.Versions.Contains(api.MaxVersion), Is.True, $"{known.Name} v{api.MaxVersion}");
        }
    }

    [TestCase((short)5)]
    [TestCase((short)127)]
    [TestCase((short)-1)]
    public async Task ApiVersions_of_an_unknown_version_is_answered_in_the_oldest_with_the_list(short version)
    {
        using KafkaWireClient client = await ListenerNode.ConnectAsync();
        await client.SendRawAsync(Header(ApiKey.ApiVersions, version, correlationId: 77));
        byte[]? frame = await client.ReceiveFrameAsync();
        var reader = new ProtocolReader(frame);
        Assert.That(ResponseHeader.Read(ref reader, ApiKey.ApiVersions, 0), Is.EqualTo(77));
        var response = (ApiVersionsResponse)ApiMessages.ApiVersions.ReadResponse(ref reader, 0);
        Assert.That(reader.Remaining, Is.Zero);
        Assert.That(response.ErrorCode, Is.EqualTo(ErrorCode.UnsupportedVersion));
        Assert.That(response.ApiKeys.Select(api => api.ApiKey), Does.Contain((short)ApiKey.ApiVersions));
        Assert.That(response.ApiKeys, Has.Count.GreaterThan(10));
    }

    [TestCase((short)ApiKey.Metadata, (short)13)]
    [TestCase((short)ApiKey.Fetch, (short)3)]
    [TestCase((short)ApiKey.Produce, (short)-1)]
    [TestCase((short)9999, (short)0)]
    [TestCase((short)-1, (short)0)]
    [TestCase((short)4, (short)0)]
    public async Task An_unknown_API_or_version_closes_the_connection(short api, short version)
    {
        using KafkaWireClient client = await ListenerNode.ConnectAsync();
        await client.SendRawAsync(Header((ApiKey)api, version, correlationId: 1));
        Assert.That(await client.IsClosedAsync(), Is.True);
    }

    [TestCase("", ErrorCode.InvalidRequest)]
    [TestCase("a b", ErrorCode.InvalidRequest)]
    [TestCase("-a", ErrorCode.InvalidRequest)]
    [TestCase("apache-kafka-java", ErrorCode.None)]
    public async Task The_name_of_the_client_has_to_be_a_word(string name, ErrorCode expected)
    {
        using KafkaWireClient client = await ListenerNode.ConnectAsync();
        var response = await client.AskAsync<ApiVersionsResponse>(
            new ApiVersionsRequest { ClientSoftwareName = name, ClientSoftwareVersion = "1.0" }, 3);
        Assert.That(response.ErrorCode, Is.EqualTo(expected));
    }

    [Test]
    public async Task Only_a_client_of_our_own_kind_is_told_the_address_of_the_front_door()
    {
        using KafkaWireClient client = await ListenerNode.ConnectAsync();
        var own = new ApiVersionsRequest { ClientSoftwareName = "kafka-actors", ClientSoftwareVersion = "1" };
        var other = new ApiVersionsRequest { ClientSoftwareName = "librdkafka", ClientSoftwareVersion = "1" };
        Assert.That(
            (await client.AskAsync<ApiVersionsResponse>(own, 3)).AkkaAddress,
            Is.EqualTo(ListenerNode.Node.AkkaAddress));
        Assert.That((await client.AskAsync<ApiVersionsResponse>(other, 3)).AkkaAddress, Is.Null);
    }

    // Without a body: an unknown version is recognized before there could be one.
    private static byte[] Header(ApiKey api, short version, int correlationId)
    {
        using var writer = new ProtocolWriter();
        int start = writer.BeginFrame();
        writer.WriteInt16((short)api);
        writer.WriteInt16(version);
        writer.WriteInt32(correlationId);
        writer.WriteNullableString("test", compact: false);
        writer.EndFrame(start);
        return writer.ToArray();
    }
}
