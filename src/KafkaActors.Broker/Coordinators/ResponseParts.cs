using KafkaActors.Protocol.Wire;

namespace KafkaActors.Broker.Coordinators;

/// <summary>
/// Gathers the answers of several keys, or partitions, to one request. Each place is written once, by whoever answers
/// it; the last one puts them together.
/// </summary>
internal sealed class ResponseParts
{
    private readonly IResponseMessage[] _parts;
    private readonly Action<IReadOnlyList<IResponseMessage>> _whenAll;
    private int _left;

    /// <param name="whenAll">Called once, at once where there is nothing to gather.</param>
    public ResponseParts(int count, Action<IReadOnlyList<IResponseMessage>> whenAll)
    {
        _parts = new IResponseMessage[count];
        _whenAll = whenAll;
        _left = count;
        if (count == 0) whenAll(_parts);
    }

    /// <summary>Takes the answer for one place.</summary>
    public Action<IResponseMessage> Part(int index) => response =>
    {
        _parts[index] = response;
        if (Interlocked.Decrement(ref _left) == 0) _whenAll(_parts);
    };
}
