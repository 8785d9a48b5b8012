using KafkaActors.Client.Consuming.Groups;
using KafkaActors.Protocol;

namespace KafkaActors.Client.Tests.Consuming.Groups;

/// <summary>
/// Every answer and every event in every state: where the member stands afterwards, and what it wants done, as
/// <see cref="ScriptedConsumerMember.Take"/> writes it. What a table does not have changes nothing. Each member has
/// tp0, or was just given up0 instead, and a heartbeat under way where it has a heartbeat at all; an answer is the
/// answer to that, or comes too late.
/// </summary>
[Parallelizable(ParallelScope.All)]
internal sealed class ConsumerGroupTableTests
{
    private const string Fenced = "fenced";
    private const string ForGood = "refused for good";

    private static readonly Dictionary<ErrorCode, string> Errors = new()
    {
        [ErrorCode.FencedMemberEpoch] = Fenced,
        [ErrorCode.UnknownMemberId] = Fenced,
        [ErrorCode.NotCoordinator] = "not here",
        [ErrorCode.CoordinatorNotAvailable] = "not here",
        [ErrorCode.CoordinatorLoadInProgress] = "not yet",
        [ErrorCode.UnreleasedInstanceId] = ForGood,
        [ErrorCode.FencedInstanceId] = ForGood,
        [ErrorCode.InvalidRequest] = ForGood,
        [ErrorCode.GroupMaxSizeReached] = ForGood,
        [ErrorCode.UnsupportedAssignor] = ForGood,
        [ErrorCode.InvalidRegularExpression] = ForGood,
        [ErrorCode.GroupAuthorizationFailed] = ForGood,
        [ErrorCode.TopicAuthorizationFailed] = ForGood,
        [ErrorCode.UnsupportedVersion] = ForGood,
        [ErrorCode.GroupIdNotFound] = ForGood,
        [ErrorCode.UnknownServerError] = ForGood,
    };

    private static readonly Dictionary<ConsumerMemberState, string> Tables = new()
    {
        [ConsumerMemberState.Unsubscribed] =
            """
            subscribe the same: Joining, join
            subscribe other: Joining, join
            """,
        [ConsumerMemberState.Joining] =
            """
            answer: Stable, +, ack
            answer tp0: Stable, +tp0, ack
            answer up0: Stable, +up0, ack
            answer tp1 up0: Stable, +tp1 up0, ack
            answer without partitions: Stable, +, ack
            refused for good: Fatal, fail
            unsubscribe: Unsubscribed, leave
            leave: Unsubscribed, leave
            stand still: Stale, leave
            """,
        [ConsumerMemberState.Reconciling] =
            """
            fenced: Joining, lost tp0, join
            refused for good: Fatal, lost tp0, fail
            unsubscribe: PrepareLeaving, -tp0
            leave: Unsubscribed, leave
            let go: Acknowledging, +up0
            stand still: Stale, leave, lost tp0
            """,
        [ConsumerMemberState.Acknowledging] =
            """
            answer: Stable, ack
            answer tp0: Reconciling, -up0, ack
            answer up0: Stable, ack
            answer tp1 up0: Stable, +tp1, ack
            answer without partitions: Reconciling, -up0, ack
            fenced: Joining, lost up0, join
            refused for good: Fatal, lost up0, fail
            unsubscribe: PrepareLeaving, -up0
            leave: Unsubscribed, leave
            stand still: Stale, leave, lost up0
            """,
        [ConsumerMemberState.Stable] =
            """
            answer up0: Reconciling, -tp0
            answer tp1 up0: Reconciling, -tp0
            answer without partitions: Reconciling, -tp0
            fenced: Joining, lost tp0, join
            refused for good: Fatal, lost tp0, fail
            unsubscribe: PrepareLeaving, -tp0
            leave: Unsubscribed, leave
            stand still: Stale, leave, lost tp0
            """,
        [ConsumerMemberState.PrepareLeaving] =
            """
            fenced: Unsubscribed, lost tp0
            refused for good: Fatal, lost tp0, fail
            leave: Unsubscribed, leave
            let go: Unsubscribed, leave
            stand still: Unsubscribed, leave, lost tp0
            """,
        [ConsumerMemberState.Stale] =
            """
            subscribe the same: Joining, join
            subscribe other: Joining, join
            unsubscribe: Unsubscribed
            leave: Unsubscribed
            read: Joining, join
            """,
        [ConsumerMemberState.Fatal] =
            """
            subscribe the same: Joining, join
            subscribe other: Joining, join
            unsubscribe: Unsubscribed
            leave: Unsubscribed
            """,
    };

    [Test]
    public void Each_answer_and_event_has_one_outcome([Values] ConsumerMemberState state)
    {
        Dictionary<string, string> outcomes = Tables[state].Split('\n').Select(line => line.Split(": "))
            .ToDictionary(row => row[0], row => row[1]);
        HashSet<string> met = [];
        foreach ((string input, Action<ScriptedConsumerMember> step) in Events())
        {
            ScriptedConsumerMember member = In(state);
            step(member);
            string effects = member.Take();
            string outcome = effects.Length == 0 ? $"{member.Core.State}" : $"{member.Core.State}, {effects}";
            Assert.That(outcome, Is.EqualTo(outcomes.GetValueOrDefault(input, $"{state}")), $"{input} when {state}");
            met.Add(input);
        }

        Assert.That(outcomes.Keys, Is.SubsetOf(met));
    }

    private static IEnumerable<(string, Action<ScriptedConsumerMember>)> Events()
    {
        yield return ("answer", member => member.Answer());
        yield return ("answer tp0", member => member.Answer("tp0"));
        yield return ("answer up0", member => member.Answer("up0"));
        yield return ("answer tp1 up0", member => member.Answer("tp1 up0", epoch: 2));
        yield return ("answer without partitions", member => member.Answer(""));
        foreach ((ErrorCode error, string kind) in Errors) yield return (kind, member => member.Refuse(error));
        yield return ("no answer", member => member.LeaveUnanswered(ErrorCode.NetworkException));
        yield return ("no answer in time", member => member.LeaveUnanswered(ErrorCode.RequestTimedOut));
        yield return ("interval", member => member.Beat());
        yield return ("subscribe the same", member => member.Subscribe());
        yield return ("subscribe other", member => member.Subscribe("t"));
        yield return ("unsubscribe", member => member.Do(core => core.Unsubscribe(member.Now)));
        yield return ("leave", member => member.Do(core => core.Leave("closed")));
        yield return ("let go", member => member.LetGo());
        yield return ("let go of old", member => member.Do(core => core.Revoked(member.Revocation - 1, member.Now)));
        yield return ("read", member => member.Do(core => core.Read(member.Now)));
        yield return ("stand still", member =>
        {
            member.Now += TimeSpan.FromSeconds(301);
            member.Tick();
        });
        yield return ("names", member => member.LearnNames());
        yield return ("stale commit", member => member.Do(core => core.Told(ErrorCode.StaleMemberEpoch, member.Now)));
    }

    private static ScriptedConsumerMember In(ConsumerMemberState state)
    {
        var member = new ScriptedConsumerMember();
        if (state == ConsumerMemberState.Joining) member.Subscribe();
        else
        {
            member.BecomeStable("tp0");
            member.Beat();
            Bring(member, state);
        }

        member.Take();
        Assert.That(member.Core.State, Is.EqualTo(state));
        return member;
    }

    private static void Bring(ScriptedConsumerMember member, ConsumerMemberState state)
    {
        switch (state)
        {
            case ConsumerMemberState.Unsubscribed: member.Do(core => core.Leave("closed")); break;
            case ConsumerMemberState.Reconciling:
                member.Answer("up0");
                member.Beat();
                break;
            case ConsumerMemberState.Acknowledging:
                member.Answer("up0");
                member.Beat();
                member.LetGo();
                break;
            case ConsumerMemberState.PrepareLeaving: member.Do(core => core.Unsubscribe(member.Now)); break;
            case ConsumerMemberState.Stale:
                member.Now += TimeSpan.FromSeconds(300);
                member.Tick();
                break;
            case ConsumerMemberState.Fatal: member.Refuse(ErrorCode.FencedInstanceId); break;
        }
    }
}
