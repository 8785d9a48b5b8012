using KafkaActors.Protocol.Messages;
using KafkaActors.Protocol.Wire;

namespace KafkaActors.Protocol.Tests.Messages;

/// <summary>Every message in every version, written and read back.</summary>
public sealed class RoundTripTests
{
    private static IEnumerable<TestCaseData> Versions =>
        from type in MessageType.All
        from version in type.AllVersions
        select new TestCaseData(type, version).SetArgDisplayNames(type.ToString(), $"v{version}");

    [TestCaseSource(nameof(Versions))]
    public void A_filled_message_is_written_the_same_after_it_was_read(MessageType type, short version)
    {
        byte[] written = MessageType.Write(MessageFiller.Filled(type), version);
        IProtocolMessage read = type.ReadAll(written, version);
        Assert.That(MessageType.Write(read, version), Is.EqualTo(written));
    }

    [TestCaseSource(nameof(Versions))]
    public void A_filled_message_keeps_each_field_or_has_its_default(MessageType type, short version)
    {
        IProtocolMessage filled = MessageFiller.Filled(type);
        Dictionary<string, string> before = MessageDump.Of(filled);
        Dictionary<string, string> after = MessageDump.Of(type.ReadAll(MessageType.Write(filled, version), version));
        Dictionary<string, string> defaults = MessageDump.Of(type.New());
        string[] changed =
        [
            .. after.Where(pair => pair.Value != before[pair.Key])
                .Where(pair => defaults.TryGetValue(pair.Key, out string? value) && value != pair.Value)
                .Select(pair => pair.Key),
        ];
        Assert.That(changed, Is.Empty);
    }

    [TestCaseSource(nameof(Versions))]
    public void A_message_of_defaults_comes_back_as_such(MessageType type, short version)
    {
        IProtocolMessage message = type.New();
        IProtocolMessage read = type.ReadAll(MessageType.Write(message, version), version);
        Assert.That(MessageDump.Of(read), Is.EqualTo(MessageDump.Of(message)));
    }

    [TestCaseSource(typeof(MessageType), nameof(MessageType.All))]
    public void Every_field_is_in_some_version(MessageType type)
    {
        IProtocolMessage filled = MessageFiller.Filled(type);
        Dictionary<string, string> lost = MessageDump.Of(filled);
        foreach (short version in type.AllVersions)
        {
            IProtocolMessage read = type.ReadAll(MessageType.Write(filled, version), version);
            foreach ((string path, string value) in MessageDump.Of(read))
            {
                if (lost.TryGetValue(path, out string? expected) && expected == value) lost.Remove(path);
            }
        }

        Assert.That(lost, Is.Empty);
    }

    [Test]
    public void The_table_knows_every_request_and_response()
    {
        string[] named =
        [
            .. ApiMessages.All
                .SelectMany(api => new[] { $"{api.Name}Request", $"{api.Name}Response" })
                .Order(StringComparer.Ordinal),
        ];
        string[] found =
        [
            .. MessageType.All
                .Where(type => type.New() is IRequestMessage or IResponseMessage)
                .Select(type => type.Class.Name),
        ];
        Assert.That(found, Is.EqualTo(named));
    }
}
