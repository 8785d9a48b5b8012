using KafkaActors.Protocol.Tests.Goldens;
using KafkaActors.Protocol.Wire;

namespace KafkaActors.Protocol.Tests.Messages;

/// <summary>What other implementations wrote is read as it was meant, and written again byte by byte.</summary>
public sealed class GoldenMessageTests
{
    private static IEnumerable<TestCaseData> Goldens =>
        from type in MessageType.All
        from golden in GoldenMessage.All
        where golden.Message == type.Class.Name
        from version in golden.Versions
        where type.Versions.Contains(version)
        select new TestCaseData(type, golden, version).SetArgDisplayNames(
            type.ToString(), $"v{version}", $"{golden.Bytes.Length / 2} bytes");

    [TestCaseSource(nameof(Goldens))]
    public void A_golden_message_has_its_values(MessageType type, GoldenMessage golden, short version)
    {
        Dictionary<string, string> read = MessageDump.Of(type.ReadAll(golden.ToArray(), version));
        string[] wrong =
        [
            .. golden.Flatten()
                .Where(expected => read.GetValueOrDefault(expected.Key) != expected.Value)
                .Select(expected => $"{expected.Key} = {read.GetValueOrDefault(expected.Key)}, not {expected.Value}"),
        ];
        Assert.That(wrong, Is.Empty);
    }

    [TestCaseSource(nameof(Goldens))]
    public void A_golden_message_is_written_the_same(MessageType type, GoldenMessage golden, short version)
    {
        IProtocolMessage read = type.ReadAll(golden.ToArray(), version);
        Assert.That(Convert.ToHexString(MessageType.Write(read, version)), Is.EqualTo(golden.Bytes).IgnoreCase);
    }

    [TestCase("ProduceRequest", 3, 11)]
    [TestCase("FetchResponse", 4, 17)]
    [TestCase("MetadataResponse", 0, 12)]
    [TestCase("ListOffsetsRequest", 1, 10)]
    public void The_goldens_reach_from_the_first_version_to_the_last(string message, short first, short last)
    {
        short[] versions =
            [.. GoldenMessage.All.Where(golden => golden.Message == message).SelectMany(golden => golden.Versions)];
        Assert.That(versions.Min(), Is.LessThanOrEqualTo(first));
        Assert.That(versions.Max(), Is.GreaterThanOrEqualTo(last));
    }
}
