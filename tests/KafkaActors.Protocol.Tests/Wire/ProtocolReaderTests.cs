using System.Buffers.Binary;
using System.Runtime.InteropServices;
using KafkaActors.Protocol.Wire;

namespace KafkaActors.Protocol.Tests.Wire;

/// <summary>The reader against bytes worked out by hand from the protocol's guide, and against wrong ones.</summary>
public sealed class ProtocolReaderTests
{
    [Test]
    public void Integers_are_big_endian()
    {
        ProtocolReader reader = Reader("01 fe fffe fffe 7fffffff fffffffe 8000000000000000 3fd0000000000000");
        Assert.That(reader.ReadBool(), Is.True);
        Assert.That(reader.ReadInt8(), Is.EqualTo(-2));
        Assert.That(reader.ReadInt16(), Is.EqualTo(-2));
        Assert.That(reader.ReadUInt16(), Is.EqualTo(65534));
        Assert.That(reader.ReadInt32(), Is.EqualTo(int.MaxValue));
        Assert.That(reader.ReadUInt32(), Is.EqualTo(4294967294));
        Assert.That(reader.ReadInt64(), Is.EqualTo(long.MinValue));
        Assert.That(reader.ReadFloat64(), Is.EqualTo(0.25));
        Assert.That(reader.Remaining, Is.Zero);
    }

    [Test]
    public void A_uuid_is_in_the_order_it_is_printed()
    {
        ProtocolReader reader = Reader("00112233445566778899aabbccddeeff");
        Assert.That(reader.ReadUuid(), Is.EqualTo(new Guid("00112233-4455-6677-8899-aabbccddeeff")));
    }

    [TestCase("0003 61c3a4", false)]
    [TestCase("04 61c3a4", true)]
    public void A_string_has_its_length_in_bytes(string hex, bool compact)
    {
        ProtocolReader reader = Reader(hex);
        Assert.That(reader.ReadString(compact), Is.EqualTo("aä"));
        Assert.That(reader.Remaining, Is.Zero);
    }

    [TestCase("ffff", false)]
    [TestCase("00", true)]
    public void A_null_string_is_null_where_it_may_be(string hex, bool compact)
    {
        ProtocolReader reader = Reader(hex);
        Assert.That(reader.ReadNullableString(compact), Is.Null);
        Refuses(hex, (ref ProtocolReader other) => other.ReadString(compact));
    }

    [TestCase("ffffffff", false)]
    [TestCase("00", true)]
    public void Null_bytes_are_null_where_they_may_be(string hex, bool compact)
    {
        ProtocolReader reader = Reader(hex);
        Assert.That(reader.ReadNullableBytes(compact), Is.Null);
        Refuses(hex, (ref ProtocolReader other) => other.ReadBytes(compact));
    }

    [TestCase("ffffffff", false)]
    [TestCase("00", true)]
    public void Null_records_are_null_where_they_may_be(string hex, bool compact)
    {
        ProtocolReader reader = Reader(hex);
        Assert.That(reader.ReadNullableRecords(compact), Is.Null);
        Refuses(hex, (ref ProtocolReader other) => other.ReadRecords(compact));
    }

    [Test]
    public void Invalid_text_is_replaced()
    {
        ProtocolReader reader = Reader("0003 61ff62");
        Assert.That(reader.ReadString(compact: false), Is.EqualTo("a\uFFFDb"));
    }

    [Test]
    public void Bytes_are_a_copy_and_records_are_a_slice()
    {
        byte[] frame = [0, 0, 0, 2, 7, 8, 0, 0, 0, 2, 7, 8];
        var reader = new ProtocolReader(frame);
        ReadOnlyMemory<byte> bytes = reader.ReadBytes(compact: false);
        MemoryRecords records = reader.ReadRecords(compact: false);
        frame.AsSpan().Clear();
        Assert.That(bytes.ToArray(), Is.EqualTo(new byte[] { 7, 8 }));
        Assert.That(MemoryMarshal.TryGetArray(records.Bytes, out ArraySegment<byte> segment), Is.True);
        Assert.That(segment.Array, Is.SameAs(frame));
        Assert.That((segment.Offset, segment.Count), Is.EqualTo((10, 2)));
    }

    [TestCase("8000")]
    [TestCase("fffe")]
    [TestCase("0001")]
    [TestCase("00")]
    public void A_string_of_an_impossible_length_is_refused(string hex) =>
        Refuses(hex, (ref ProtocolReader reader) => reader.ReadNullableString(compact: false));

    [TestCase("02")]
    [TestCase("80")]
    [TestCase("ffffffff0f")]
    [TestCase("8080808010")]
    [TestCase("808080808000")]
    [TestCase("81800200", Description = "32,768 bytes: one more than a string can have")]
    public void A_compact_string_of_an_impossible_length_is_refused(string hex) =>
        Refuses(hex, (ref ProtocolReader reader) => reader.ReadNullableString(compact: true));

    [TestCase("fffffffe")]
    [TestCase("80000000")]
    [TestCase("7fffffff00")]
    public void Bytes_of_an_impossible_length_are_refused(string hex)
    {
        Refuses(hex, (ref ProtocolReader reader) => reader.ReadNullableBytes(compact: false));
        Refuses(hex, (ref ProtocolReader reader) => reader.ReadNullableRecords(compact: false));
        Refuses(hex, (ref ProtocolReader reader) => reader.ReadArrayCount(compact: false, nullable: true, 1));
    }

    [Test]
    public void A_count_is_held_against_what_remains()
    {
        ProtocolReader reader = Reader("00000002 0000000000000000");
        Assert.That(reader.ReadArrayCount(compact: false, nullable: false, leastElementSize: 4), Is.EqualTo(2));
        Refuses("00000003 0000000000000000", (ref ProtocolReader other) =>
            other.ReadArrayCount(compact: false, nullable: false, leastElementSize: 4));
    }

    [Test]
    public void The_elements_of_all_arrays_together_are_limited()
    {
        byte[] frame = new byte[ProtocolReader.MaxElements + 100];
        BinaryPrimitives.WriteInt32BigEndian(frame, ProtocolReader.MaxElements);
        frame[7] = 1;
        var reader = new ProtocolReader(frame);
        reader.ReadArrayCount(compact: false, nullable: false, leastElementSize: 1);
        string refusal = "";
        try
        {
            reader.ReadArrayCount(compact: false, nullable: false, leastElementSize: 1);
        }
        catch (ProtocolViolationException fault)
        {
            refusal = fault.Message;
        }

        Assert.That(refusal, Does.Contain("elements"));
    }

    [Test]
    public void Unknown_tags_are_skipped()
    {
        ProtocolReader reader = Reader("02 05 03 aabbcc 8001 00 7f");
        reader.SkipTags();
        Assert.That(reader.Remaining, Is.EqualTo(1));
    }

    [TestCase("01 00 02 00", Description = "a field longer than the frame")]
    [TestCase("02 00 00", Description = "fewer fields than it says")]
    [TestCase("ffffffff0f 0000", Description = "as many fields as can be counted")]
    public void Wrong_tags_are_refused(string hex) => Refuses(hex, (ref ProtocolReader reader) =>
    {
        reader.SkipTags();
        return 0;
    });

    [TestCase(1, ProtocolReader.MostTaggedFields, true)]
    [TestCase(1, ProtocolReader.MostTaggedFields + 1, false)]
    [TestCase(ProtocolReader.MostTaggedFields, 1, true)]
    [TestCase(ProtocolReader.MostTaggedFields + 1, 1, false)]
    public void The_tagged_fields_of_a_request_are_limited_together(int structs, int each, bool isRead)
    {
        using var writer = new ProtocolWriter();
        for (int i = 0; i < structs; i++)
        {
            writer.WriteTagCount((uint)each);
            for (int tag = 0; tag < each; tag++) writer.EndTag(writer.BeginTag((uint)tag));
        }

        byte[] frame = writer.ToArray();
        Assert.That(() => SkipAll(new ProtocolReader(frame)), isRead
            ? Throws.Nothing
            : Throws.TypeOf<ProtocolViolationException>().With.Message.Contains("tagged fields"));
        // A response has some for each of its partitions.
        Assert.That(() => SkipAll(new ProtocolReader(frame) { TagLimit = uint.MaxValue }), Throws.Nothing);

        static void SkipAll(ProtocolReader reader)
        {
            while (reader.Remaining > 0) reader.SkipTags();
        }
    }

    [Test]
    public void A_tagged_value_longer_than_its_size_is_refused() => Refuses("00 01 0000", (ref ProtocolReader reader) =>
    {
        reader.BeginTag(out int end);
        short value = reader.ReadInt16();
        reader.EndTag(end);
        return value;
    });

    [Test]
    public void A_fault_says_what_and_where()
    {
        ProtocolViolationException? fault = Assert.Throws<ProtocolViolationException>(() =>
        {
            ProtocolReader reader = Reader("0001 0005 61");
            reader.ReadInt16();
            reader.ReadString(compact: false);
        });
        Assert.That(fault!.Message, Does.Contain("5 bytes").And.Contain("byte 4 of 5"));
    }

    private static void Refuses<T>(string hex, Read<T> read) => Assert.That(() =>
    {
        ProtocolReader reader = Reader(hex);
        read(ref reader);
    }, Throws.TypeOf<ProtocolViolationException>());

    private static ProtocolReader Reader(string hex) => new(Convert.FromHexString(hex.Replace(" ", "")));

    private delegate T Read<out T>(ref ProtocolReader reader);
}
