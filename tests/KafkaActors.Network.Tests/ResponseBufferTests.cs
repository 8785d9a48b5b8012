using System.Buffers.Binary;
using KafkaActors.Protocol.Wire;

namespace KafkaActors.Network.Tests;

public sealed class ResponseBufferTests
{
    private const int Limit = 10_000_000;

    [TestCase(1)]
    [TestCase(7)]
    [TestCase(4096)]
    [TestCase(int.MaxValue)]
    public void Responses_come_out_whole_however_their_bytes_come_in(int piece)
    {
        byte[][] responses = [.. new[] { 4, 100, 65_532, 65_533, 200_000, 5, 1_000_000, 300_000, 4 }
            .Select((size, index) => Links.Bytes(size, index))];
        byte[] stream = [.. responses.SelectMany(Framed)];
        var buffer = new ResponseBuffer(Limit);
        List<byte[]> taken = [];
        for (int position = 0; position < stream.Length;)
        {
            int count = Math.Min(Math.Min(piece, buffer.Free.Length), stream.Length - position);
            stream.AsSpan(position, count).CopyTo(buffer.Free.Span);
            buffer.Received(count);
            position += count;
            while (buffer.TryTake(out ReceivedResponse response)) taken.Add(response.Bytes.ToArray());
        }

        buffer.Release();
        Assert.That(taken, Is.EqualTo(responses));
    }

    [Test]
    public void Memory_grows_with_what_has_come_and_not_with_what_a_length_claims()
    {
        var buffer = new ResponseBuffer(Limit);
        Receive(buffer, Framed(Links.Bytes(5_000_000)).AsSpan(0, 100));
        Assert.That(buffer.TryTake(out _), Is.False);
        Assert.That(buffer.Free.Length, Is.LessThan(3 * ResponseBuffer.Capacity));
        buffer.Release();
    }

    [TestCase(-1)]
    [TestCase(0)]
    [TestCase(3)]
    [TestCase(Limit + 1)]
    [TestCase(int.MaxValue)]
    public void A_length_that_no_response_has_is_refused(int length)
    {
        var buffer = new ResponseBuffer(Limit);
        byte[] prefix = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(prefix, length);
        Receive(buffer, prefix);
        Assert.That(() => buffer.TryTake(out _), Throws.TypeOf<ProtocolViolationException>());
        buffer.Release();
    }

    private static void Receive(ResponseBuffer buffer, ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(buffer.Free.Span);
        buffer.Received(bytes.Length);
    }

    private static byte[] Framed(byte[] response)
    {
        byte[] prefix = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(prefix, response.Length);
        return [.. prefix, .. response];
    }
}
