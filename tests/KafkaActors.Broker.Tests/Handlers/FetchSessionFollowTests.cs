using Akka.Actor;
using KafkaActors.Broker.Handlers;
using KafkaActors.Broker.Partitions;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;
using KafkaActors.Protocol.Records;
using KafkaActors.Protocol.Wire;

namespace KafkaActors.Broker.Tests.Handlers;

/// <summary>
/// A client that says only what has changed, and hears only what has, misses nothing: whatever is appended meanwhile,
/// however little fits into an answer, and though it leaves partitions out for a while or loses its session.
/// </summary>
public sealed class FetchSessionFollowTests : HandlerTest
{
    private const int PartitionCount = 6;
    private const int BatchesEach = 60;

    private readonly Dictionary<TopicId, long> _positions = [];
    private readonly Dictionary<TopicId, long> _said = [];
    private int _session;
    private int _epoch;

    [TestCase(1)]
    [TestCase(2)]
    [TestCase(3)]
    public async Task A_client_that_follows_its_session_reads_every_record_in_order(int seed)
    {
        var random = new Random(seed);
        var partitions = new PartitionHandle[PartitionCount];
        for (int i = 0; i < PartitionCount; i++) partitions[i] = await Create($"topic-{i}");
        foreach (PartitionHandle partition in partitions) _positions.Add(partition.Id.TopicId, 0);
        Task producing = Task.Run(() => Produce(partitions, seed));
        for (int rounds = 0; _positions.Values.Any(position => position < BatchesEach); rounds++)
        {
            Assert.That(rounds, Is.LessThan(20_000), $"seed {seed}: it does not come to an end");
            FetchRequest request = Next(random);
            var response = await Fetch(request).AnswerAsync<FetchResponse>();
            Assert.That(response.ErrorCode, Is.EqualTo(ErrorCode.None), $"seed {seed}, round {rounds}");
            (_session, _epoch) = (response.SessionId, request.SessionEpoch + 1);
            Follow(response, seed);
            FetchResponses.Release(response);
        }

        await producing;
        Assert.That(_positions.Values, Is.All.EqualTo(BatchesEach), $"seed {seed}");
    }

    private static void Produce(PartitionHandle[] partitions, int seed)
    {
        var random = new Random(seed);
        int[] order =
            [.. Enumerable.Range(0, PartitionCount * BatchesEach).Select(index => index % PartitionCount)];
        random.Shuffle(order);
        foreach (int index in order)
        {
            partitions[index].Actor!.Tell(Append(partitions[index], Batch("a")), ActorRefs.Nobody);
            if (random.Next(5) == 0) Thread.Yield();
        }
    }

    private FetchRequest Next(Random random)
    {
        if (random.Next(40) == 0) _epoch = FetchSession.InitialEpoch;
        if (_epoch == FetchSession.InitialEpoch) _said.Clear();
        TopicId[] leftOut = _epoch > 0 && random.Next(10) == 0 ? [_said.Keys.ElementAt(random.Next(_said.Count))] : [];
        TopicId[] named =
        [
            .. _positions.Where(position => !leftOut.Contains(position.Key))
                .Where(position => !_said.TryGetValue(position.Key, out long said) || said != position.Value)
                .Select(position => position.Key),
        ];
        foreach (TopicId topic in leftOut) _said.Remove(topic);
        foreach (TopicId topic in named) _said[topic] = _positions[topic];
        return new FetchRequest
        {
            SessionId = _session,
            SessionEpoch = _epoch,
            MaxWaitMs = 1000,
            MinBytes = 1,
            MaxBytes = random.Next(3) == 0 ? 1 : 1024 * 1024,
            Topics = [.. named.Select(topic => new FetchRequest.FetchTopic
            {
                TopicId = topic,
                Partitions = [new() { FetchOffset = _positions[topic], PartitionMaxBytes = 1024 }],
            })],
            ForgottenTopicsData = [.. leftOut.Select(topic =>
                new FetchRequest.ForgottenTopic { TopicId = topic, Partitions = [0] })],
        };
    }

    private void Follow(FetchResponse response, int seed)
    {
        foreach (FetchResponse.FetchableTopicResponse topic in response.Responses)
        {
            FetchResponse.PartitionData row = topic.Partitions[0];
            Assert.That(row.ErrorCode, Is.EqualTo(ErrorCode.None));
            byte[] bytes = new byte[row.Records!.SizeInBytes];
            ((IRecords)row.Records).CopyTo(0, bytes);
            for (int position = 0; position < bytes.Length;)
            {
                Assert.That(RecordBatch.TryRead(bytes.AsMemory(position), out RecordBatch batch), Is.True);
                Assert.That(batch.BaseOffset, Is.EqualTo(_positions[topic.TopicId]), $"seed {seed}");
                _positions[topic.TopicId] = batch.NextOffset;
                position += batch.SizeInBytes;
            }
        }
    }
}
