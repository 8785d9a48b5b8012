using System.Buffers.Binary;
using KafkaActors.Broker.Listener;
using KafkaActors.Protocol.Wire;

namespace KafkaActors.Broker.Tests.Listener;

public sealed class FrameBufferTests
{
    private const int MaxFrameBytes = 1024 * 1024;

    private FrameBuffer _buffer = null!;

    [SetUp]
    public void CreateBuffer() => _buffer = new FrameBuffer(MaxFrameBytes);

    [TearDown]
    public void ReleaseBuffer() => _buffer.Release();

    [Test]
    public void Frames_of_every_size_come_out_as_they_went_in_whatever_the_receives()
    {
        const int seed = 4711;
        var random = new Random(seed);
        byte[][] frames =
        [
            .. Enumerable.Range(0, 300).Select(_ => Payload(random, random.Next(8) switch
            {
                0 => 0,
                1 => random.Next(FrameBuffer.Capacity - 8, FrameBuffer.Capacity + 8),
                2 => random.Next(FrameBuffer.Capacity, 5 * FrameBuffer.Capacity),
                _ => random.Next(1, 600),
            })),
        ];
        byte[] stream = [.. frames.SelectMany(Framed)];
        var taken = new List<byte[]>();
        for (int position = 0; position < stream.Length;)
        {
            Assert.That(_buffer.Free.Length, Is.GreaterThan(0));
            int count = Math.Min(random.Next(1, 5000), Math.Min(_buffer.Free.Length, stream.Length - position));
            stream.AsSpan(position, count).CopyTo(_buffer.Free.Span);
            _buffer.Received(count);
            position += count;
            TakeAll(taken);
            _buffer.MakeRoom();
        }

        Assert.That(taken, Is.EqualTo(frames), $"seed {seed}");
        Assert.That(_buffer.IsWithinFrame, Is.False);
    }

    [TestCase(-1)]
    [TestCase(MaxFrameBytes + 1)]
    public void A_length_that_cannot_be_is_refused_before_anything_is_taken(int length)
    {
        byte[] bytes = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(bytes, length);
        Receive(bytes);
        Assert.That(() => _buffer.TryPeekLength(out _), Throws.TypeOf<ProtocolViolationException>());
    }

    [Test]
    public void A_length_that_is_not_whole_is_no_length()
    {
        Receive([0, 0, 0]);
        Assert.That(_buffer.TryPeekLength(out _), Is.False);
        Assert.That(_buffer.IsWithinFrame, Is.True);
    }

    [Test]
    public void A_small_frame_is_due_when_it_is_whole_and_a_large_one_when_its_length_is_known()
    {
        Receive([0, 0, 0, 2, 1]);
        Assert.That(_buffer.TryPeekLength(out int small) && _buffer.IsDue(small), Is.False);
        Receive([1]);
        Assert.That(_buffer.IsDue(small), Is.True);
        Assert.That(_buffer.TryTake(small, out _), Is.True);
        Receive([0, 1, 0, 0]);
        Assert.That(_buffer.TryPeekLength(out int large) && _buffer.IsDue(large), Is.True);
        Assert.That(_buffer.TryTake(large, out _), Is.False);
        Assert.That(_buffer.Free.Length, Is.EqualTo(large));
    }

    [Test]
    public void A_large_frame_keeps_its_bytes_and_a_small_one_only_when_told_to()
    {
        byte[] large = Payload(new Random(1), FrameBuffer.Capacity);
        byte[] small = Payload(new Random(2), 100);
        ReceivedFrame first = Take(large);
        ReceivedFrame second = Take(small);
        second.Keep();
        Take(Payload(new Random(3), 5000));
        Assert.That(first.Bytes.ToArray(), Is.EqualTo(large));
        Assert.That(second.Bytes.ToArray(), Is.EqualTo(small));
    }

    [Test]
    public void A_released_frame_has_no_bytes_and_its_length_still()
    {
        ReceivedFrame frame = Take([1, 2, 3]);
        frame.Keep();
        frame.Release(mayReuse: true);
        frame.Release(mayReuse: true);
        Assert.That(frame.Length, Is.EqualTo(3));
        Assert.That(() => frame.Bytes, Throws.Exception);
    }

    private static byte[] Framed(byte[] payload)
    {
        byte[] framed = [0, 0, 0, 0, .. payload];
        BinaryPrimitives.WriteInt32BigEndian(framed, payload.Length);
        return framed;
    }

    private static byte[] Payload(Random random, int length)
    {
        byte[] payload = new byte[length];
        random.NextBytes(payload);
        return payload;
    }

    private ReceivedFrame Take(byte[] payload)
    {
        byte[] framed = Framed(payload);
        for (int position = 0; position < framed.Length;)
        {
            int count = Math.Min(framed.Length - position, _buffer.Free.Length);
            Receive(framed.AsSpan(position, count));
            position += count;
            if (_buffer.TryPeekLength(out int length) && _buffer.TryTake(length, out ReceivedFrame frame)) return frame;
        }

        throw new AssertionException("the frame is not whole");
    }

    private void Receive(ReadOnlySpan<byte> bytes)
    {
        _buffer.MakeRoom();
        bytes.CopyTo(_buffer.Free.Span);
        _buffer.Received(bytes.Length);
    }

    private void TakeAll(List<byte[]> taken)
    {
        while (_buffer.TryPeekLength(out int length) && _buffer.TryTake(length, out ReceivedFrame frame))
        {
            taken.Add(frame.Bytes.ToArray());
            frame.Release(mayReuse: true);
        }
    }
}
