using System.Buffers.Binary;
using KafkaActors.Protocol.Messages;
using KafkaActors.Protocol.Wire;

namespace KafkaActors.Protocol.Tests.Messages;

/// <summary>
/// Bytes that no client should send end in a <see cref="ProtocolViolationException"/> or in a message, and never in
/// more memory than the bytes are worth.
/// </summary>
public sealed class HostileMessageTests
{
    // What a parsed message may take beside its frame: objects of some hundred bytes for elements of a few.
    private const int AllocatedForAByte = 150;

    // A fault with its text and stack trace.
    private const int AllocatedForAFault = 20_000;

    private static IEnumerable<TestCaseData> Versions =>
        from type in MessageType.All
        from version in type.AllVersions
        select new TestCaseData(type, version).SetArgDisplayNames(type.ToString(), $"v{version}");

    [TestCaseSource(nameof(Versions))]
    public void A_message_cut_short_is_refused(MessageType type, short version)
    {
        byte[] whole = MessageType.Write(MessageFiller.Filled(type), version);
        for (int length = 0; length < whole.Length; length++)
        {
            byte[] cut = whole[..length];
            if (!IsRefused(type, cut, version)) Assert.Fail($"{length} bytes of {whole.Length} made a message");
        }
    }

    [TestCaseSource(typeof(MessageType), nameof(MessageType.All))]
    public void A_wrong_byte_anywhere_is_survived(MessageType type)
    {
        foreach (short version in new[] { type.Versions.Min, type.Versions.Max })
        {
            byte[] bytes = MessageType.Write(MessageFiller.Filled(type), version);
            for (int position = 0; position < bytes.Length; position++)
            {
                byte right = bytes[position];
                foreach (byte wrong in new byte[] { 0x00, 0x01, 0x7F, 0x80, 0xFF })
                {
                    bytes[position] = wrong;
                    Survive(type, bytes, version);
                }

                bytes[position] = right;
            }
        }
    }

    [TestCaseSource(typeof(MessageType), nameof(MessageType.All))]
    public void Any_bytes_are_survived(MessageType type)
    {
        var random = new Random(type.Class.Name.Length);
        byte[] bytes = new byte[300];
        foreach (short version in type.AllVersions)
        {
            for (int round = 0; round < 50; round++)
            {
                random.NextBytes(bytes);
                // Small numbers get further: they are counts and lengths that can be.
                for (int index = 0; index < bytes.Length; index++)
                    if (random.Next(4) > 0) bytes[index] = (byte)random.Next(4);
                Survive(type, bytes, version);
            }
        }
    }

    [TestCase((short)4)]
    [TestCase((short)12)]
    public void A_count_that_the_frame_cannot_hold_takes_no_memory(short version)
    {
        var type = new MessageType(typeof(FetchResponse));
        byte[] frame = new byte[1 << 20];
        Array.Fill(frame, (byte)0x7F);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.That(() => type.Read(frame, version, out _), Throws.TypeOf<ProtocolViolationException>());
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(AllocatedForAFault));
    }

    [Test]
    public void The_greatest_count_that_a_frame_can_hold_takes_no_more_than_its_references()
    {
        var type = new MessageType(typeof(MetadataRequest));
        byte[] frame = new byte[1_000_004];
        int count = (frame.Length - 4) / 2;
        BinaryPrimitives.WriteInt32BigEndian(frame, count);
        // The first name runs past the end of the frame.
        frame.AsSpan(4, 2).Fill(0x7F);
        frame.AsSpan(4 + 2 + 0x7F7F, 2).Fill(0xFF);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.That(() => type.Read(frame, 0, out _), Throws.TypeOf<ProtocolViolationException>());
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.That(allocated, Is.LessThan(count * IntPtr.Size + 0x7F7F * sizeof(char) + AllocatedForAFault));
    }

    private static void Survive(MessageType type, byte[] bytes, short version)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        IsRefused(type, bytes, version);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        if (allocated > bytes.Length * AllocatedForAByte + AllocatedForAFault)
            Assert.Fail($"{allocated} bytes for {Convert.ToHexString(bytes)}");
    }

    private static bool IsRefused(MessageType type, byte[] bytes, short version)
    {
        try
        {
            type.Read(bytes, version, out _);
            return false;
        }
        catch (ProtocolViolationException)
        {
            return true;
        }
    }
}
