using KafkaActors.Coordination.Groups.Consumers;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;
using static KafkaActors.Coordination.Groups.Consumers.ConsumerHeartbeat;
using static KafkaActors.Coordination.Tests.Groups.Consumers.ConsumerGroupFixture;

namespace KafkaActors.Coordination.Tests.Groups.Consumers;

/// <summary>Every request in every state of a consumer group: its outcome, and where it takes the group.</summary>
public sealed class ConsumerGroupTableTests
{
    private static readonly string[] States = Enum.GetNames<ConsumerGroupState>();

    // The columns are the states. Where there are members, they are "a" and, of instance "one", "s", with two
    // partitions each; in Reconciling there is a third that waits for one of them.
    private static readonly string[][] Table =
    [
        // Empty, Assigning, Reconciling, Stable, Dead
        ["join new", "None > Stable", "None > Reconciling", "None", "None > Reconciling", "CoordinatorNotAvailable"],
        ["join unnamed v0", "None > Stable", "None > Reconciling", "None", "None > Reconciling",
            "CoordinatorNotAvailable"],
        ["join known", "None > Stable", "None > Reconciling", "None", "None", "CoordinatorNotAvailable"],
        ["join new static", "None > Stable", "None > Reconciling", "None", "None > Reconciling",
            "CoordinatorNotAvailable"],
        ["join held instance", "None > Stable", "UnreleasedInstanceId", "UnreleasedInstanceId",
            "UnreleasedInstanceId", "CoordinatorNotAvailable"],
        ["join departed instance", "None > Stable", "None > Reconciling", "None", "None", "CoordinatorNotAvailable"],
        ["join faulty", "InvalidRequest", "InvalidRequest", "InvalidRequest", "InvalidRequest",
            "CoordinatorNotAvailable"],
        ["join with unknown assignor", "UnsupportedAssignor", "UnsupportedAssignor", "UnsupportedAssignor",
            "UnsupportedAssignor", "CoordinatorNotAvailable"],
        ["join with bad expression", "InvalidRegularExpression", "InvalidRegularExpression",
            "InvalidRegularExpression", "InvalidRegularExpression", "CoordinatorNotAvailable"],
        ["beat", "UnknownMemberId", "None > Reconciling", "None", "None", "CoordinatorNotAvailable"],
        ["beat static", "UnknownMemberId", "None > Reconciling", "None", "None", "CoordinatorNotAvailable"],
        ["beat with former epoch", "UnknownMemberId", "None > Reconciling", "None", "None",
            "CoordinatorNotAvailable"],
        ["beat with older epoch", "UnknownMemberId", "FencedMemberEpoch", "FencedMemberEpoch", "FencedMemberEpoch",
            "CoordinatorNotAvailable"],
        ["beat with later epoch", "UnknownMemberId", "FencedMemberEpoch", "FencedMemberEpoch", "FencedMemberEpoch",
            "CoordinatorNotAvailable"],
        ["beat stranger", "UnknownMemberId", "UnknownMemberId", "UnknownMemberId", "UnknownMemberId",
            "CoordinatorNotAvailable"],
        ["beat with foreign instance", "UnknownMemberId", "FencedInstanceId", "FencedInstanceId", "FencedInstanceId",
            "CoordinatorNotAvailable"],
        ["beat with unknown instance", "UnknownMemberId", "UnknownMemberId", "UnknownMemberId", "UnknownMemberId",
            "CoordinatorNotAvailable"],
        ["subscribe otherwise", "UnknownMemberId", "None > Reconciling", "None", "None > Reconciling",
            "CoordinatorNotAvailable"],
        ["leave", "UnknownMemberId", "None", "None > Assigning", "None > Assigning", "CoordinatorNotAvailable"],
        ["leave static", "UnknownMemberId", "None", "None > Assigning", "None > Assigning",
            "CoordinatorNotAvailable"],
        ["leave for a while", "UnknownMemberId", "None", "None", "None > Reconciling", "CoordinatorNotAvailable"],
        ["leave for a while without instance", "InvalidRequest", "InvalidRequest", "InvalidRequest",
            "InvalidRequest", "CoordinatorNotAvailable"],
        ["leave stranger", "UnknownMemberId", "UnknownMemberId", "UnknownMemberId", "UnknownMemberId",
            "CoordinatorNotAvailable"],
        ["leave with foreign instance", "UnknownMemberId", "FencedInstanceId", "FencedInstanceId",
            "FencedInstanceId", "CoordinatorNotAvailable"],
        ["commit", "UnknownMemberId", "None", "None", "None", "GroupIdNotFound"],
        ["commit v8", "UnknownMemberId", "UnsupportedVersion", "UnsupportedVersion", "UnsupportedVersion",
            "GroupIdNotFound"],
        ["commit with other epoch", "UnknownMemberId", "StaleMemberEpoch", "StaleMemberEpoch", "StaleMemberEpoch",
            "GroupIdNotFound"],
        ["commit stranger", "UnknownMemberId", "UnknownMemberId", "UnknownMemberId", "UnknownMemberId",
            "GroupIdNotFound"],
        ["commit from outside", "None", "UnknownMemberId", "UnknownMemberId", "UnknownMemberId", "GroupIdNotFound"],
        ["fetch", "UnknownMemberId", "None", "None", "None", "GroupIdNotFound"],
        ["fetch with other epoch", "UnknownMemberId", "StaleMemberEpoch", "StaleMemberEpoch", "StaleMemberEpoch",
            "GroupIdNotFound"],
        ["fetch stranger", "UnknownMemberId", "UnknownMemberId", "UnknownMemberId", "UnknownMemberId",
            "GroupIdNotFound"],
        ["fetch from outside", "None", "None", "None", "None", "GroupIdNotFound"],
        ["sessions end", "None", "None > Empty", "None > Empty", "None > Empty", "None"],
        ["delete", "None > Dead", "NonEmptyGroup", "NonEmptyGroup", "NonEmptyGroup", "GroupIdNotFound"],
    ];

    private static IEnumerable<TestCaseData> Cells() =>
        from row in Table
        from column in Enumerable.Range(0, States.Length)
        select new TestCaseData(row[0], States[column], row[column + 1]);

    [TestCaseSource(nameof(Cells))]
    public void A_request_in_a_state_has_this_outcome(string request, string state, string expected)
    {
        ConsumerGroupFixture group = In(state);
        int written = group.Log.Count;
        ErrorCode error = Outcome(group, request);
        string after = group.Group.State.ToString();
        Assert.That(after == state ? $"{error}" : $"{error} > {after}", Is.EqualTo(expected));
        Assert.That(error == ErrorCode.None || group.Log.Count == written, Is.True, "a refusal changed something");
        Assert.That(Text(group.Replayed(group.Log)), Is.EqualTo(Text(group.Group)));
    }

    [Test]
    public void The_table_has_a_cell_for_every_state() =>
        Assert.That(Table.Select(row => row.Length), Is.All.EqualTo(1 + States.Length));

    private static ConsumerGroupFixture In(string state)
    {
        ConsumerGroupFixture group = new ConsumerGroupFixture()
            .WithTopic(1, "orders", 4).WithTopic(2, "bills", 1);
        group.Join("a", "orders");
        group.JoinStatic("s", "one", "orders");
        group.Settle();
        if (state is nameof(ConsumerGroupState.Empty) or nameof(ConsumerGroupState.Dead))
        {
            group.Leave("a");
            group.Leave("s", "one");
        }

        if (state == nameof(ConsumerGroupState.Dead)) group.Delete();
        if (state is nameof(ConsumerGroupState.Reconciling) or nameof(ConsumerGroupState.Assigning))
            group.Join("c", "orders");
        if (state == nameof(ConsumerGroupState.Assigning))
        {
            group.Settle();
            group.Leave("c");
        }

        Assert.That(group.Group.State.ToString(), Is.EqualTo(state));
        return group;
    }

    private static ErrorCode Outcome(ConsumerGroupFixture group, string request) => request.Split(' ')[0] switch
    {
        "join" => OutcomeOfJoin(group, request),
        "beat" => OutcomeOfBeat(group, request),
        "subscribe" => Subscribe(group),
        "leave" => OutcomeOfLeave(group, request),
        "commit" => OutcomeOfCommit(group.Group, request),
        "fetch" => OutcomeOfFetch(group.Group, request),
        "sessions" => EndSessions(group),
        _ => group.Delete(),
    };

    private static ErrorCode OutcomeOfJoin(ConsumerGroupFixture group, string request)
    {
        ConsumerGroupHeartbeatRequest join = JoinRequest(request == "join known" ? "a" : "new", "orders");
        short version = 1;
        switch (request)
        {
            case "join unnamed v0": (join.MemberId, version) = ("", 0); break;
            case "join new static": join.InstanceId = "two"; break;
            case "join held instance": join.InstanceId = "one"; break;
            case "join departed instance":
                group.Leave("s", "one", LeaveForAWhile);
                join.InstanceId = "one";
                break;
            case "join faulty": join.RebalanceTimeoutMs = -1; break;
            case "join with unknown assignor": join.ServerAssignor = "unknown"; break;
            case "join with bad expression": join.SubscribedTopicRegex = "("; break;
            default: break;
        }

        return group.Send(join, version).ErrorCode;
    }

    private static ErrorCode OutcomeOfBeat(ConsumerGroupFixture group, string request)
    {
        string memberId = request switch { "beat static" => "s", "beat stranger" => "x", _ => "a" };
        CurrentAssignment current = group.Group.Member(memberId)?.Current ?? CurrentAssignment.None;
        ConsumerGroupHeartbeatRequest beat = request switch
        {
            "beat with former epoch" => Request(memberId, FormerEpoch(current), current.Assigned),
            "beat with older epoch" => Request(memberId, 1, PartitionsOf(1, 0, 1, 2, 3)),
            "beat with later epoch" => Request(memberId, current.MemberEpoch + 1),
            _ => Request(memberId, Math.Max(current.MemberEpoch, 1)),
        };
        beat.InstanceId = request switch
        {
            "beat static" or "beat with foreign instance" => "one",
            "beat with unknown instance" => "unknown",
            _ => null,
        };
        return group.Send(beat).ErrorCode;
    }

    private static int FormerEpoch(CurrentAssignment current) => Math.Max(current.PreviousMemberEpoch, 1);

    private static ErrorCode Subscribe(ConsumerGroupFixture group)
    {
        ConsumerGroupHeartbeatRequest request = Request("a", group.Group.Member("a")?.Current.MemberEpoch ?? 1);
        request.SubscribedTopicNames = ["bills"];
        return group.Send(request).ErrorCode;
    }

    private static ErrorCode OutcomeOfLeave(ConsumerGroupFixture group, string request) => (request switch
    {
        "leave" => group.Leave("a"),
        "leave static" => group.Leave("s", "one"),
        "leave for a while" => group.Leave("s", "one", LeaveForAWhile),
        "leave for a while without instance" => group.Leave("s", null, LeaveForAWhile),
        "leave stranger" => group.Leave("x"),
        _ => group.Leave("a", "one"),
    }).ErrorCode;

    private static ErrorCode OutcomeOfCommit(ConsumerGroup group, string request)
    {
        int epoch = group.Member("a")?.Current.MemberEpoch ?? 1;
        return request switch
        {
            "commit" => group.CheckCommit("a", epoch, 9, false),
            "commit v8" => group.CheckCommit("a", epoch, 8, false),
            "commit with other epoch" => group.CheckCommit("a", epoch + 1, 9, false),
            "commit stranger" => group.CheckCommit("x", epoch, 9, false),
            _ => group.CheckCommit("", -1, 9, false),
        };
    }

    private static ErrorCode OutcomeOfFetch(ConsumerGroup group, string request)
    {
        int epoch = group.Member("a")?.Current.MemberEpoch ?? 1;
        return request switch
        {
            "fetch" => group.CheckFetch("a", epoch),
            "fetch with other epoch" => group.CheckFetch("a", epoch + 1),
            "fetch stranger" => group.CheckFetch("x", epoch),
            _ => group.CheckFetch(null, -1),
        };
    }

    private static ErrorCode EndSessions(ConsumerGroupFixture group)
    {
        group.Pass(TimeSpan.FromMinutes(1));
        return ErrorCode.None;
    }
}
