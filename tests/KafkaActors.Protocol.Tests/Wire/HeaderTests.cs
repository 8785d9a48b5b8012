using KafkaActors.Protocol.Messages;
using KafkaActors.Protocol.Wire;

namespace KafkaActors.Protocol.Tests.Wire;

/// <summary>The headers of requests and responses, which depend on API and version.</summary>
public sealed class HeaderTests
{
    [TestCase("0003 0008 00000007 ffff ee", 1, TestName = "{m}(version 1, without a client id)")]
    [TestCase("0003 0009 00000007 0001 61 00 ee", 1, TestName = "{m}(version 2)")]
    [TestCase("0003 0009 00000007 0001 61 01 00 02 aabb ee", 1, TestName = "{m}(version 2 with an unknown tag)")]
    [TestCase("0012 0003 00000007 0001 61 00 ee", 1, TestName = "{m}(ApiVersions, version 2)")]
    public void A_request_header_ends_where_the_body_starts(string hex, int remaining)
    {
        ProtocolReader reader = Reader(hex);
        RequestHeader header = RequestHeader.Read(ref reader);
        Assert.That(header.CorrelationId, Is.EqualTo(7));
        Assert.That(reader.Remaining, Is.EqualTo(remaining));
    }

    [TestCase("7fff 0000 00000007 0001 61", TestName = "{m}(unknown API)")]
    [TestCase("0003 7fff 00000007 0001 61", TestName = "{m}(unknown version)")]
    [TestCase("0003 ffff 00000007 0001 61", TestName = "{m}(negative version)")]
    [TestCase("0012 0063 00000007 0001 61", TestName = "{m}(ApiVersions of the future)")]
    public void The_header_of_what_is_unknown_is_read_up_to_the_client_id(string hex)
    {
        ProtocolReader reader = Reader(hex);
        RequestHeader header = RequestHeader.Read(ref reader);
        Assert.That((header.CorrelationId, header.ClientId), Is.EqualTo((7, "a")));
    }

    [Test]
    public void A_truncated_request_header_is_refused()
    {
        byte[] header = Convert.FromHexString("000300090000000700016100");
        for (int length = 0; length < header.Length; length++)
        {
            byte[] cut = header[..length];
            Assert.That(() =>
            {
                var reader = new ProtocolReader(cut);
                RequestHeader.Read(ref reader);
            }, Throws.TypeOf<ProtocolViolationException>());
        }
    }

    [TestCase(ApiKey.Metadata, 8, "00000007")]
    [TestCase(ApiKey.Metadata, 9, "0000000700")]
    [TestCase(ApiKey.ApiVersions, 0, "00000007")]
    [TestCase(ApiKey.ApiVersions, 3, "00000007")]
    public void A_response_header_has_tags_when_the_body_is_flexible_except_before_ApiVersions(
        ApiKey api, int version, string hex)
    {
        using var writer = new ProtocolWriter();
        ResponseHeader.Write(writer, api, (short)version, correlationId: 7);
        Assert.That(Convert.ToHexString(writer.ToArray()), Is.EqualTo(hex));
        var reader = new ProtocolReader(writer.WrittenMemory);
        Assert.That(ResponseHeader.Read(ref reader, api, (short)version), Is.EqualTo(7));
        Assert.That(reader.Remaining, Is.Zero);
    }

    [Test]
    public void An_ApiVersions_response_is_what_the_protocol_says()
    {
        var response = new ApiVersionsResponse
        {
            ApiKeys = [new() { ApiKey = 18, MinVersion = 0, MaxVersion = 4 }],
            FinalizedFeaturesEpoch = 5,
            FinalizedFeatures = [new() { Name = "f", MaxVersionLevel = 2, MinVersionLevel = 1 }],
            AkkaAddress = "akka.tcp://k@h:1",
        };
        using var writer = new ProtocolWriter();
        ResponseFrame.Write(writer, ApiKey.ApiVersions, version: 3, correlationId: 7, response);
        const string expected = "0000003b 00000007 0000 02 0012 0000 0004 00 00000000 03"
            + "01 08 0000000000000005" + "02 08 02 0266 0002 0001 00" + "8447 11 11616b6b612e7463703a2f2f6b40683a31";
        Assert.That(Convert.ToHexString(writer.ToArray()), Is.EqualTo(expected.Replace(" ", "")).IgnoreCase);
    }

    [Test]
    public void A_fetch_response_leaves_its_records_where_they_are()
    {
        var records = new MemoryRecords(new byte[100]);
        var response = new FetchResponse
        {
            Responses = [new() { Partitions = [new() { PartitionIndex = 1, Records = records }] }],
        };
        using var writer = new ProtocolWriter();
        ResponseFrame.Write(writer, ApiKey.Fetch, version: 16, correlationId: 7, response);
        Assert.That(writer.Gaps.Single().Records, Is.SameAs(records));
        Assert.That(writer.TotalLength, Is.EqualTo(writer.Length + 100));
        var reader = new ProtocolReader(writer.ToArray());
        Assert.That(reader.ReadInt32(), Is.EqualTo(writer.TotalLength - sizeof(int)));
    }

    private static ProtocolReader Reader(string hex) => new(Convert.FromHexString(hex.Replace(" ", "")));
}
