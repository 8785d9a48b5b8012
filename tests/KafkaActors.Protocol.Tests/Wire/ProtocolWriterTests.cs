using KafkaActors.Protocol.Wire;

namespace KafkaActors.Protocol.Tests.Wire;

/// <summary>The writer's own promises: gaps, sizes that are filled in later, growth.</summary>
public sealed class ProtocolWriterTests
{
    [Test]
    public void Records_leave_a_gap_that_counts_in_the_length()
    {
        using var writer = new ProtocolWriter();
        int frame = writer.BeginFrame();
        writer.WriteInt8(1);
        writer.WriteRecords(new MemoryRecords(new byte[] { 0xA, 0xB, 0xC }), compact: true);
        writer.WriteInt8(2);
        writer.WriteRecords(new MemoryRecords(new byte[] { 0xD }), compact: false);
        writer.EndFrame(frame);

        Assert.That(writer.Gaps.Select(gap => gap.Position), Is.EqualTo(new[] { 6, 11 }));
        Assert.That(writer.Length, Is.EqualTo(11));
        Assert.That(writer.TotalLength, Is.EqualTo(15));
        Assert.That(Convert.ToHexString(writer.WrittenMemory.Span), Is.EqualTo("0000000B01040200000001"));
        Assert.That(Convert.ToHexString(writer.ToArray()), Is.EqualTo("0000000B01040A0B0C02000000010D"));
    }

    [Test]
    public void The_length_of_a_second_frame_leaves_the_first_ones_records_out()
    {
        using var writer = new ProtocolWriter();
        for (int frame = 0; frame < 2; frame++)
        {
            int start = writer.BeginFrame();
            writer.WriteRecords(new MemoryRecords(new byte[] { 0xA, 0xB }), compact: true);
            writer.EndFrame(start);
        }

        Assert.That(Convert.ToHexString(writer.ToArray()), Is.EqualTo("00000003030A0B00000003030A0B"));
    }

    [Test]
    public void Empty_records_leave_no_gap()
    {
        using var writer = new ProtocolWriter();
        writer.WriteRecords(new MemoryRecords(default), compact: false);
        writer.WriteNullableRecords(records: null, compact: false);
        writer.WriteNullableRecords(records: null, compact: true);
        Assert.That(writer.Gaps, Is.Empty);
        Assert.That(Convert.ToHexString(writer.ToArray()), Is.EqualTo("00000000FFFFFFFF00"));
    }

    [TestCase(0)]
    [TestCase(127)]
    [TestCase(128)]
    [TestCase(16_384)]
    [TestCase(2_100_000)]
    public void A_tagged_value_of_any_size_is_read_back(int size)
    {
        byte[] value = new byte[size];
        new Random(size).NextBytes(value);
        using var writer = new ProtocolWriter();
        writer.WriteTagCount(2);
        int start = writer.BeginTag(3);
        foreach (byte one in value) writer.WriteInt8((sbyte)one);
        writer.EndTag(start);
        writer.EndTag(writer.BeginTag(300));

        var reader = new ProtocolReader(writer.ToArray());
        Assert.That(reader.ReadTagCount(), Is.EqualTo(2));
        Assert.That(reader.BeginTag(out int end), Is.EqualTo(3));
        Assert.That(end - reader.Position, Is.EqualTo(size));
        byte[] read = new byte[size];
        for (int index = 0; index < size; index++) read[index] = (byte)reader.ReadInt8();
        reader.EndTag(end);
        Assert.That(read.AsSpan().SequenceEqual(value), Is.True);
        Assert.That(reader.BeginTag(out end), Is.EqualTo(300));
        Assert.That((end, reader.Remaining), Is.EqualTo((reader.Position, 0)));
    }

    [Test]
    public void What_was_written_survives_growth()
    {
        using var writer = new ProtocolWriter(capacity: 1);
        for (int number = 0; number < 10_000; number++) writer.WriteInt32(number);
        var reader = new ProtocolReader(writer.WrittenMemory);
        for (int number = 0; number < 10_000; number++) Assert.That(reader.ReadInt32(), Is.EqualTo(number));
    }

    [Test]
    public void A_cleared_writer_starts_anew()
    {
        using var writer = new ProtocolWriter();
        writer.WriteRecords(new MemoryRecords(new byte[] { 1 }), compact: true);
        writer.Clear();
        writer.WriteInt8(7);
        Assert.That((writer.Length, writer.TotalLength, writer.Gaps.Count), Is.EqualTo((1, 1L, 0)));
    }

    [TestCase(false)]
    [TestCase(true)]
    public void A_string_longer_than_the_protocol_has_is_refused(bool compact)
    {
        using var writer = new ProtocolWriter();
        writer.WriteString(new string('a', short.MaxValue), compact);
        Assert.That(() => writer.WriteString(new string('a', short.MaxValue + 1), compact),
            Throws.InvalidOperationException);
    }

    [Test]
    public void A_patch_beyond_what_was_written_is_refused()
    {
        using var writer = new ProtocolWriter();
        writer.WriteInt32(1);
        writer.PatchInt32(0, 2);
        Assert.That(Convert.ToHexString(writer.ToArray()), Is.EqualTo("00000002"));
        Assert.That(() => writer.PatchInt32(1, 2), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }
}
