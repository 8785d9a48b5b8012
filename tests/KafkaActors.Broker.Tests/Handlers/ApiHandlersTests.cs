using KafkaActors.Broker.Handlers;
using KafkaActors.Broker.Tests.Listener;
using KafkaActors.Protocol.Messages;
using KafkaActors.Protocol.Wire;

namespace KafkaActors.Broker.Tests.Handlers;

public sealed class ApiHandlersTests
{
    private static readonly ApiHandlers Handlers =
        new([new HeldHandler(ApiKey.Produce), new HeldHandler(ApiKey.Metadata), new HeldHandler(ApiKey.ApiVersions)]);

    [Test]
    public void What_is_served_is_told_in_the_order_of_the_keys() => Assert.That(
        Handlers.Served.Select(api => api.Key),
        Is.EqualTo(new[] { ApiKey.Produce, ApiKey.Metadata, ApiKey.ApiVersions }));

    [Test]
    public void A_request_finds_its_handler_and_is_answered_in_its_version()
    {
        RequestHeader header = Header(ApiKey.Metadata, 5);
        Assert.That(Handlers.Find(header, out ApiDescription api).Key, Is.EqualTo(ApiKey.Metadata));
        Assert.That(ApiHandlers.AnswerVersion(api, header), Is.EqualTo(5));
    }

    [TestCase(ApiKey.Fetch, (short)12)]
    [TestCase((ApiKey)999, (short)0)]
    [TestCase(ApiKey.Metadata, (short)99)]
    [TestCase(ApiKey.Metadata, (short)-1)]
    public void What_is_not_served_is_refused(ApiKey api, short version) => Assert.That(
        () => Handlers.Find(Header(api, version), out _), Throws.TypeOf<ProtocolViolationException>());

    [Test]
    public void ApiVersions_is_served_in_every_version_and_answered_in_the_oldest_when_it_is_not_known()
    {
        RequestHeader header = Header(ApiKey.ApiVersions, 99);
        Assert.That(Handlers.Find(header, out ApiDescription api).Key, Is.EqualTo(ApiKey.ApiVersions));
        Assert.That(ApiHandlers.AnswerVersion(api, header), Is.Zero);
        var body = new ProtocolReader(new byte[] { 0xFF, 0xFF, 0xFF });
        Assert.That(ApiHandlers.Read(api, header, ref body), Is.InstanceOf<ApiVersionsRequest>());
        Assert.That(body.Position, Is.Zero);
    }

    [Test]
    public void An_older_release_serves_what_it_has_and_no_more()
    {
        ApiKey[] served = [ApiKey.Metadata, ApiKey.OffsetDelete, ApiKey.ApiVersions];
        ApiHandlers old = new(served.Select(api => new HeldHandler(api)), ServedRelease.Of("2.1"));
        Assert.That(old.Served.Select(api => (api.Key, api.Advertised.Max)), Is.EqualTo(new[]
        {
            (ApiKey.Metadata, (short)7), (ApiKey.ApiVersions, (short)2),
        }));
        Assert.That(old.Find(Header(ApiKey.Metadata, 7), out _), Is.Not.Null);
        Assert.That(
            () => old.Find(Header(ApiKey.Metadata, 8), out _), Throws.TypeOf<ProtocolViolationException>());
        Assert.That(
            () => old.Find(Header(ApiKey.OffsetDelete, 0), out _), Throws.TypeOf<ProtocolViolationException>());
        RequestHeader question = Header(ApiKey.ApiVersions, 4);
        Assert.That(old.Find(question, out ApiDescription api).Key, Is.EqualTo(ApiKey.ApiVersions));
        Assert.That(ApiHandlers.AnswerVersion(api, question), Is.Zero);
    }

    private static RequestHeader Header(ApiKey api, short version) => new((short)api, version, 1, "test");
}
