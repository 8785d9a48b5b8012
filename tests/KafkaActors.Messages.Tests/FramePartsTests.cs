using KafkaActors.Protocol.Wire;

namespace KafkaActors.Messages.Tests;

/// <summary>A frame comes out of its parts as it went in, or not at all.</summary>
public sealed class FramePartsTests
{
    private const int Part = SessionProtocol.PartBytes;
    private const int LengthBytes = sizeof(int);

    [TestCase(LengthBytes, 1)]
    [TestCase(Part, 1)]
    [TestCase(Part + 1, 2)]
    [TestCase(3 * Part, 3)]
    public void Parts_are_whole_again_when_they_are_put_together(int bytes, int count)
    {
        byte[] records = new byte[bytes - LengthBytes];
        new Random(bytes).NextBytes(records);
        using var writer = new ProtocolWriter();
        writer.WriteRecords(new MemoryRecords(records), compact: false);
        SessionProtocol.FramePart[] parts = [.. FrameParts.Of(3, writer)];
        var assembly = new FrameAssembly(parts[0].FrameBytes);
        foreach (SessionProtocol.FramePart part in parts) Assert.That(assembly.TryAdd(part), Is.True);
        Assert.That(parts, Has.Length.EqualTo(count));
        Assert.That(
            parts.Select(part => (part.CorrelationId, part.FrameBytes)).Distinct(), Is.EqualTo(new[] { (3L, bytes) }));
        Assert.That(assembly.IsWhole, Is.True);
        Assert.That(assembly.Bytes.ToArray(), Is.EqualTo(writer.ToArray()));
    }

    [TestCase(5, 0, 5, TestName = "A_part_that_comes_twice_does_not_follow")]
    [TestCase(6, 6, 4, TestName = "A_part_after_a_gap_does_not_follow")]
    [TestCase(5, 5, 6, TestName = "A_part_that_goes_past_the_end_does_not_follow")]
    [TestCase(5, 5, 0, TestName = "A_part_without_bytes_does_not_follow")]
    public void A_part_that_does_not_follow_is_refused(int first, int position, int bytes)
    {
        var assembly = new FrameAssembly(10);
        Assert.That(assembly.TryAdd(new SessionProtocol.FramePart(1, 10, 0, new byte[Math.Min(first, 5)])), Is.True);
        Assert.That(assembly.TryAdd(new SessionProtocol.FramePart(1, 10, position, new byte[bytes])), Is.False);
    }

    [Test]
    public void A_part_that_claims_another_length_does_not_follow()
    {
        var assembly = new FrameAssembly(10);
        Assert.That(assembly.TryAdd(new SessionProtocol.FramePart(1, 11, 0, new byte[5])), Is.False);
    }
}
