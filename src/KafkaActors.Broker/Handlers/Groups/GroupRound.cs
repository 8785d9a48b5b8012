using KafkaActors.Protocol.Wire;

namespace KafkaActors.Broker.Handlers.Groups;

/// <summary>
/// One request to several groups, until the last has answered. Few are asked at a time: whoever else wants something of
/// the coordinator waits behind those, and not behind as many names as fit into a request. Any thread; each place is
/// written once.
/// </summary>
internal sealed class GroupRound(
    GroupGateway groups,
    RequestContext context,
    IReadOnlyList<(string GroupId, object Request)> asked,
    Action<IReadOnlyList<IResponseMessage>> whenAll)
{
    private const int AtATime = 64;

    private readonly IResponseMessage[] _answers = new IResponseMessage[asked.Count];
    private int _left = asked.Count;
    private int _wanted;
    private int _next;

    /// <summary>Gives what the groups answered, in the order they were asked, to <c>whenAll</c>, once.</summary>
    public void Begin()
    {
        if (asked.Count == 0) whenAll(_answers);
        for (int i = 0; i < Math.Min(AtATime, asked.Count); i++) AskNext();
    }

    // Whoever is asking asks for the others as well: a group that answers at once must not be called from its answer.
    private void AskNext()
    {
        if (Interlocked.Increment(ref _wanted) > 1) return;
        do
        {
            int index = _next++;
            if (index >= asked.Count) continue;
            (string groupId, object request) = asked[index];
            groups.Ask(groupId, request, context, answer => Answered(index, answer));
        }
        while (Interlocked.Decrement(ref _wanted) > 0);
    }

    private void Answered(int index, IResponseMessage answer)
    {
        _answers[index] = answer;
        if (Interlocked.Decrement(ref _left) == 0) whenAll(_answers);
        else AskNext();
    }
}
