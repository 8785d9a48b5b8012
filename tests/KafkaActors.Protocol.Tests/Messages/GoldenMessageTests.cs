using KafkaActors.Protocol.Tests.Goldens;
using KafkaActors.Protocol.Wire;

namespace KafkaActors.Protocol.Tests.Messages;

/// <summary>Messages of other implementations, byte for byte.</summary>
public sealed class GoldenMessageTests
{
    [TestCaseSource(typeof(GoldenMessage), nameof(GoldenMessage.All))]
    public void A_golden_message_is_read_as_it_was_meant(GoldenMessage golden)
    {
        IProtocolMessage read = golden.Type.ReadAll(Convert.FromHexString(golden.Bytes), golden.Version);
        Assert.That(MessageDump.Of(read), Is.EqualTo(MessageDump.Of(golden.Build())));
    }

    [TestCaseSource(typeof(GoldenMessage), nameof(GoldenMessage.All))]
    public void We_write_the_bytes_of_the_golden_message(GoldenMessage golden)
    {
        byte[] written = MessageType.Write(golden.Build(), golden.Version);
        Assert.That(Convert.ToHexStringLower(written), Is.EqualTo(golden.Bytes));
    }
}
