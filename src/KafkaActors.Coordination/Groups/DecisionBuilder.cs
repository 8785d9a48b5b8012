using KafkaActors.Protocol.Wire;

namespace KafkaActors.Coordination.Groups;

/// <summary>Gathers what one input to a group leads to, in order; its owner takes the whole at the end.</summary>
internal sealed class DecisionBuilder
{
    private List<GroupRecord> _records = [];
    private List<GroupAnswer> _answers = [];

    public void Append(GroupRecord record) => _records.Add(record);

    public void Answer(long ticket, IResponseMessage response) => _answers.Add(new GroupAnswer(ticket, response));

    public GroupDecision Take()
    {
        if (_records.Count == 0 && _answers.Count == 0) return GroupDecision.None;
        var decision = new GroupDecision(
            _records.Count == 0 ? [] : _records, _answers.Count == 0 ? [] : _answers);
        if (_records.Count > 0) _records = [];
        if (_answers.Count > 0) _answers = [];
        return decision;
    }
}
