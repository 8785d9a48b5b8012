using KafkaActors.Broker.Listener;
using KafkaActors.Protocol.Messages;
using KafkaActors.Protocol.Wire;

namespace KafkaActors.Broker.Tests.Listener;

public sealed class OutgoingResponseTests
{
    private const short Version = 11;

    [Test]
    public void Whatever_the_pieces_the_bytes_are_the_responses()
    {
        const int seed = 31;
        var random = new Random(seed);
        for (int round = 0; round < 50; round++)
        {
            FetchResponse message = Message(random.Next(4), random);
            byte[] expected = Whole(message);
            OutgoingResponse response = Written(message);
            var sent = new List<byte>();
            while (!response.IsSent)
            {
                byte[] chunk = new byte[random.Next(1, 40)];
                int copied = response.CopyTo(chunk);
                Assert.That(
                    copied == chunk.Length || response.IsSent, Is.True, "a chunk is filled unless it is the last");
                sent.AddRange(chunk[..copied]);
            }

            Assert.That(sent, Is.EqualTo(expected), $"seed {seed}, round {round}");
            Assert.That(response.Length, Is.EqualTo(expected.Length));
            response.Release();
        }
    }

    [Test]
    public void The_records_are_not_held_in_memory()
    {
        FetchResponse message = Message(3, new Random(1));
        OutgoingResponse response = Written(message);
        long records = message.Responses[0].Partitions.Sum(row => (long)row.Records!.SizeInBytes);
        Assert.That(response.HeldBytes, Is.EqualTo(response.Length - records));
        response.Release();
    }

    [Test]
    public void Releasing_it_lets_go_of_every_log_it_reads_from()
    {
        FetchResponse message = Message(3, new Random(1));
        OutgoingResponse response = Written(message);
        response.CopyTo(new byte[60]);
        response.Release();
        Assert.That(
            message.Responses[0].Partitions.Select(row => ((CountedRecords)row.Records!).Disposed),
            Is.All.EqualTo(1));
    }

    private static OutgoingResponse Written(FetchResponse message)
    {
        var response = new OutgoingResponse(new ProtocolWriter());
        response.Write(new RequestHeader((short)ApiKey.Fetch, Version, 7, null), Version, message);
        return response;
    }

    private static byte[] Whole(FetchResponse message)
    {
        using var writer = new ProtocolWriter();
        ResponseFrame.Write(writer, ApiKey.Fetch, Version, 7, message);
        return writer.ToArray();
    }

    private static FetchResponse Message(int partitions, Random random) => new()
    {
        Responses =
        [
            new()
            {
                Topic = "topic",
                Partitions = [.. Enumerable.Range(0, partitions).Select(index => new FetchResponse.PartitionData
                {
                    PartitionIndex = index, Records = new CountedRecords(random.Next(1, 100)),
                })],
            },
        ],
    };

    private sealed class CountedRecords(int size) : IRecords, IDisposable
    {
        public int Disposed { get; private set; }

        public int SizeInBytes => size;

        public void CopyTo(int offset, Span<byte> destination)
        {
            for (int i = 0; i < destination.Length; i++) destination[i] = (byte)(offset + i);
        }

        public void Dispose() => Disposed++;
    }
}
