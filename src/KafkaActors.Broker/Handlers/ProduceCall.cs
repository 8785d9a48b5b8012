using KafkaActors.Broker.Partitions;
using KafkaActors.Broker.Serving;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;

namespace KafkaActors.Broker.Handlers;

/// <summary>
/// One Produce request until its last partition has answered; a partition's place in the request is the correlation id
/// of its append. Each place is written by one answer, and whoever writes the last one responds.
/// </summary>
internal sealed class ProduceCall : ReplyRef
{
    private readonly NodeServices _services;
    private readonly RequestContext _context;
    private readonly ProduceResponse _response;
    private readonly ProduceResponse.PartitionProduceResponse[] _answers;
    private int _left;

    public ProduceCall(NodeServices services, ProduceRequest request, RequestContext context)
    {
        _services = services;
        _context = context;
        // Out of bounds it is refused, and the client hears of it: 256 is not none.
        Acks = request.Acks == 0 ? Acks.None : (Acks)(sbyte)Math.Clamp(request.Acks, (short)-1, (short)1);
        var answers = new List<ProduceResponse.PartitionProduceResponse>();
        var topics = new ProduceResponse.TopicProduceResponse[request.TopicData.Count];
        for (int i = 0; i < topics.Length; i++) topics[i] = AnswersOf(request.TopicData[i], answers);
        _response = new ProduceResponse { Responses = topics };
        _answers = [.. answers];
        // One more for the request itself: no answer may respond while appends are still being sent.
        _left = _answers.Length + 1;
    }

    public Acks Acks { get; }

    public void RefuseAll(ErrorCode error)
    {
        for (int index = 0; index < _answers.Length; index++) Refuse(index, error);
        Sent();
    }

    public void Refuse(int index, ErrorCode error, string? message = null)
    {
        ProduceAnswer.Refuse(_answers[index], error, message);
        Answered();
    }

    /// <summary>Every append is on its way or refused.</summary>
    public void Sent() => Answered();

    protected override void Receive(object message)
    {
        if (message is not PartitionProtocol.Appended appended) return;
        ProduceAnswer.Write(appended, _answers[(int)appended.CorrelationId]);
        Answered();
    }

    private void Answered()
    {
        if (Interlocked.Decrement(ref _left) != 0) return;
        if (Acks == Acks.None)
        {
            Forget();
            return;
        }

        if (_context.Version >= LeaderHints.FirstProduceVersion) LeaderHints.AddTo(_response, _services, _context);
        _context.Respond(_response);
    }

    // A client that asked for no answer learns of an error by losing its connection, as with Kafka.
    private void Forget()
    {
        if (ProduceAnswer.IsClean(_response)) _context.RespondNothing();
        else _context.Fail(new Protocol.Wire.ProtocolViolationException("a batch with acks=0 could not be appended"));
    }

    private static ProduceResponse.TopicProduceResponse AnswersOf(
        ProduceRequest.TopicProduceData topic, List<ProduceResponse.PartitionProduceResponse> answers)
    {
        var partitions = new ProduceResponse.PartitionProduceResponse[topic.PartitionData.Count];
        for (int i = 0; i < partitions.Length; i++)
            partitions[i] = new() { Index = topic.PartitionData[i].Index };
        answers.AddRange(partitions);
        return new() { Name = topic.Name, PartitionResponses = partitions };
    }
}
