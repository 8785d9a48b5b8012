using System.Collections.Immutable;
using KafkaActors.Coordination.Causes;
using KafkaActors.Coordination.Coordinators;
using KafkaActors.Protocol.Wire;

namespace KafkaActors.Coordination.Groups;

/// <summary>Gathers what one input to a group leads to, in order; its owner takes the whole at the end.</summary>
internal sealed class DecisionBuilder
{
    private List<CoordinatorRecord> _records = [];
    private List<CoordinatorAnswer> _answers = [];
    private ImmutableArray<Cause> _causes = [];

    public void Append(CoordinatorRecord record) => _records.Add(record);

    public void Answer(long ticket, IResponseMessage response) => _answers.Add(new CoordinatorAnswer(ticket, response));

    public void Because(Cause cause) => _causes = _causes.Add(cause);

    public CoordinatorResult Take()
    {
        if (_records.Count == 0 && _answers.Count == 0 && _causes.IsEmpty) return CoordinatorResult.None;
        var decision = new CoordinatorResult(
            _records.Count == 0 ? [] : _records, _answers.Count == 0 ? [] : _answers)
        {
            Causes = _causes,
        };
        _causes = [];
        if (_records.Count > 0) _records = [];
        if (_answers.Count > 0) _answers = [];
        return decision;
    }
}
