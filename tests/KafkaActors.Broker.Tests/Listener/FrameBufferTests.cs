using System.Buffers.Binary;
using KafkaActors.Broker.Listener;
using KafkaActors.Protocol.Messages;
using KafkaActors.Protocol.Wire;

namespace KafkaActors.Broker.Tests.Listener;

public sealed class FrameBufferTests
{
    private const int MaxFrameBytes = 8 * 1024 * 1024;
    private const int MaxBytesWithoutRecords = 1024 * 1024;
    private const int Claimed = 3_000_000;

    private FrameBuffer _buffer = null!;

    [SetUp]
    public void CreateBuffer() => _buffer = new FrameBuffer(new FrameLimits(MaxFrameBytes, MaxBytesWithoutRecords));

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
        Assert.That(() => _buffer.TryPeek(out _), Throws.TypeOf<ProtocolViolationException>());
    }

    [Test]
    public void A_length_that_is_not_whole_is_no_length()
    {
        Receive([0, 0, 0]);
        Assert.That(_buffer.TryPeek(out _), Is.False);
        Assert.That(_buffer.IsWithinFrame, Is.True);
    }

    [Test]
    public void A_small_frame_holds_memory_when_it_is_whole_and_a_large_one_from_its_beginning()
    {
        Receive([0, 0, 0, 3, 0, (byte)ApiKey.Metadata]);
        Assert.That(_buffer.TryPeek(out FrameStart small), Is.True);
        Assert.That(small, Is.EqualTo(new FrameStart(3, ApiKey.Metadata)));
        Assert.That(_buffer.Needed(small.Length), Is.Zero);
        Receive([1]);
        Assert.That(_buffer.Needed(small.Length), Is.EqualTo(3));
        Assert.That(_buffer.TryTake(small, out _), Is.True);
        Receive([0, 1, 0, 0]);
        Assert.That(_buffer.TryPeek(out _), Is.False, "it does not say what it is for");
        Receive([0, 0]);
        Assert.That(_buffer.TryPeek(out FrameStart large), Is.True);
        Assert.That(_buffer.Needed(large.Length), Is.EqualTo(FrameBuffer.FirstLargeBytes));
    }

    [Test]
    public void A_large_frame_holds_no_more_than_twice_what_has_come_of_it()
    {
        byte[] frame = Framed(Payload(new Random(5), Claimed));
        frame.AsSpan(sizeof(int), sizeof(short)).Clear();
        int held = 0;
        for (int position = 0; position < frame.Length;)
        {
            int count = Math.Min(1000, Math.Min(frame.Length - position, _buffer.Free.Length));
            Receive(frame.AsSpan(position, count));
            position += count;
            if (!_buffer.TryPeek(out FrameStart start)) continue;
            held = _buffer.Needed(start.Length);
            Assert.That(held, Is.LessThanOrEqualTo(Math.Max(FrameBuffer.FirstLargeBytes, 2 * position)));
            if (!_buffer.TryTake(start, out ReceivedFrame taken)) continue;
            Assert.That(taken.Bytes.ToArray(), Is.EqualTo(frame[sizeof(int)..]));
            return;
        }

        Assert.Fail($"the frame is not whole, {held} bytes are held");
    }

    [Test]
    public void A_client_that_has_sent_a_frame_of_a_size_gets_the_memory_of_the_next_one_at_once()
    {
        byte[] payload = Payload(new Random(6), 500_000);
        payload.AsSpan(0, sizeof(short)).Clear();
        Take(payload).Release(mayReuse: true);
        Receive([0, 16, 0, 0, 0, 0]);
        Assert.That(_buffer.TryPeek(out FrameStart next), Is.True);
        Assert.That(_buffer.Needed(next.Length), Is.EqualTo(512 * 1024));
    }

    [Test]
    public void Only_a_request_that_carries_records_may_be_long()
    {
        byte[] start = [0, 0, 0, 0, 0, (byte)ApiKey.Produce];
        BinaryPrimitives.WriteInt32BigEndian(start, MaxBytesWithoutRecords + 1);
        Receive(start);
        Assert.That(_buffer.TryPeek(out _), Is.True);
        start[^1] = (byte)ApiKey.JoinGroup;
        var other = new FrameBuffer(new FrameLimits(MaxFrameBytes, MaxBytesWithoutRecords));
        start.CopyTo(other.Free);
        other.Received(start.Length);
        Assert.That(() => other.TryPeek(out _), Throws.TypeOf<ProtocolViolationException>());
        other.Release();
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
            if (_buffer.TryPeek(out FrameStart start) && _buffer.TryTake(start, out ReceivedFrame frame)) return frame;
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
        while (_buffer.TryPeek(out FrameStart start) && _buffer.TryTake(start, out ReceivedFrame frame))
        {
            taken.Add(frame.Bytes.ToArray());
            frame.Release(mayReuse: true);
        }
    }
}
