using KafkaActors.Coordination.Coordinators;
using KafkaActors.Coordination.Groups;
using KafkaActors.Coordination.Groups.Classic;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;
using KafkaActors.Protocol.Wire;
using static KafkaActors.Coordination.Tests.Groups.Requests;

namespace KafkaActors.Coordination.Tests.Groups.Classic;

/// <summary>Every request in every state of a classic group: its outcome, and where it takes the group.</summary>
public sealed class ClassicGroupTableTests
{
    private const long Ticket = 100;
    private static readonly string[] States = Enum.GetNames<ClassicGroupState>();

    // The columns are the states; "waits" is a request that is parked. There is a leader and a follower, in
    // generation 1; in PreparingRebalance the leader has joined again.
    private static readonly string[][] Table =
    [
        // Empty, PreparingRebalance, CompletingRebalance, Stable, Dead
        ["join new v3", "waits > Preparing", "waits", "waits > Preparing", "waits > Preparing",
            "CoordinatorNotAvailable"],
        ["join new v4", "MemberIdRequired", "MemberIdRequired", "MemberIdRequired", "MemberIdRequired",
            "CoordinatorNotAvailable"],
        ["join new static", "waits > Preparing", "waits", "waits > Preparing", "waits > Preparing",
            "CoordinatorNotAvailable"],
        ["join leader", "UnknownMemberId", "waits", "None", "waits > Preparing", "CoordinatorNotAvailable"],
        ["join follower", "UnknownMemberId", "None > Completing", "None", "None", "CoordinatorNotAvailable"],
        ["join follower changed", "UnknownMemberId", "None > Completing", "waits > Preparing", "waits > Preparing",
            "CoordinatorNotAvailable"],
        ["join stranger", "UnknownMemberId", "UnknownMemberId", "UnknownMemberId", "UnknownMemberId",
            "CoordinatorNotAvailable"],
        ["join other type", "waits > Preparing", "InconsistentGroupProtocol", "InconsistentGroupProtocol",
            "InconsistentGroupProtocol", "CoordinatorNotAvailable"],
        ["join other protocol", "waits > Preparing", "InconsistentGroupProtocol", "InconsistentGroupProtocol",
            "InconsistentGroupProtocol", "CoordinatorNotAvailable"],
        ["join no protocol", "InconsistentGroupProtocol", "InconsistentGroupProtocol", "InconsistentGroupProtocol",
            "InconsistentGroupProtocol", "CoordinatorNotAvailable"],
        ["sync leader", "UnknownMemberId", "RebalanceInProgress", "None > Stable", "None", "CoordinatorNotAvailable"],
        ["sync follower", "UnknownMemberId", "RebalanceInProgress", "waits", "None", "CoordinatorNotAvailable"],
        ["sync stranger", "UnknownMemberId", "UnknownMemberId", "UnknownMemberId", "UnknownMemberId",
            "CoordinatorNotAvailable"],
        ["sync former generation", "UnknownMemberId", "IllegalGeneration", "IllegalGeneration", "IllegalGeneration",
            "CoordinatorNotAvailable"],
        ["sync other protocol", "UnknownMemberId", "InconsistentGroupProtocol", "InconsistentGroupProtocol",
            "InconsistentGroupProtocol", "CoordinatorNotAvailable"],
        ["sync v5 without protocol", "UnknownMemberId", "InconsistentGroupProtocol", "InconsistentGroupProtocol",
            "InconsistentGroupProtocol", "CoordinatorNotAvailable"],
        ["heartbeat", "UnknownMemberId", "RebalanceInProgress", "None", "None", "CoordinatorNotAvailable"],
        ["heartbeat stranger", "UnknownMemberId", "UnknownMemberId", "UnknownMemberId", "UnknownMemberId",
            "CoordinatorNotAvailable"],
        ["heartbeat former generation", "UnknownMemberId", "IllegalGeneration", "IllegalGeneration",
            "IllegalGeneration", "CoordinatorNotAvailable"],
        ["leave", "UnknownMemberId", "None > Completing", "None > Preparing", "None > Preparing",
            "CoordinatorNotAvailable"],
        ["leave stranger", "UnknownMemberId", "UnknownMemberId", "UnknownMemberId", "UnknownMemberId",
            "CoordinatorNotAvailable"],
        ["commit", "UnknownMemberId", "None", "RebalanceInProgress", "None", "CoordinatorNotAvailable"],
        ["commit from outside", "None", "UnknownMemberId", "UnknownMemberId", "UnknownMemberId",
            "CoordinatorNotAvailable"],
        ["commit former generation", "UnknownMemberId", "IllegalGeneration", "IllegalGeneration", "IllegalGeneration",
            "CoordinatorNotAvailable"],
        ["delete offsets", "None", "None", "None", "None", "GroupIdNotFound"],
        ["delete group", "None", "NonEmptyGroup", "NonEmptyGroup", "NonEmptyGroup", "GroupIdNotFound"],
    ];

    private static IEnumerable<TestCaseData> Cells() =>
        from row in Table
        from column in Enumerable.Range(0, States.Length)
        select new TestCaseData(row[0], States[column], row[column + 1]);

    [TestCaseSource(nameof(Cells))]
    public void A_request_in_a_state_has_this_outcome(string request, string state, string expected)
    {
        Members group = In(state);
        string outcome = Outcome(group, request);
        string after = group.Group.State.ToString();
        if (after != state) outcome += $" > {after.Replace("Rebalance", "", StringComparison.Ordinal)}";
        Assert.That(outcome, Is.EqualTo(expected));
    }

    [Test]
    public void The_table_has_a_cell_for_every_state() =>
        Assert.That(Table.Select(row => row.Length), Is.All.EqualTo(1 + States.Length));

    [Test]
    public void Every_transition_that_a_request_makes_is_listed() =>
        Assert.That(ClassicRebalance.StateTransitions.Keys, Is.EquivalentTo(Enum.GetValues<ClassicGroupState>()));

    private static Members In(string state)
    {
        ClassicGroup group = New();
        if (state == nameof(ClassicGroupState.Dead)) group.Die(TimeSpan.Zero);
        if (state is nameof(ClassicGroupState.Empty) or nameof(ClassicGroupState.Dead)) return new(group, "l", "f");
        group.Join(1, 3, Join(), GroupScene.Client, TimeSpan.Zero);
        group.Join(2, 3, Join(), GroupScene.Client, TimeSpan.Zero);
        group.Tick(TimeSpan.FromSeconds(3));
        JoinGroupResponse[] joined =
            [.. group.Tick(TimeSpan.FromSeconds(6)).Answers.Select(answer => (JoinGroupResponse)answer.Response)];
        var members = new Members(group, joined[0].MemberId, joined[1].MemberId);
        if (state == nameof(ClassicGroupState.CompletingRebalance)) return members;
        group.Sync(3, 3, Sync(members.Leader, 1), TimeSpan.FromSeconds(6));
        group.Sync(4, 3, Sync(members.Follower, 1), TimeSpan.FromSeconds(6));
        if (state == nameof(ClassicGroupState.PreparingRebalance))
            group.Join(5, 3, Join(members.Leader), GroupScene.Client, TimeSpan.FromSeconds(6));
        Assert.That(group.State.ToString(), Is.EqualTo(state));
        return members;
    }

    private static ClassicGroup New()
    {
        var random = new Random(1);
        return new ClassicGroup(
            GroupScene.GroupId, new GroupServices(GroupSettings.Default, () => GroupScene.NewId(random)));
    }

    private static JoinGroupRequest Join(
        string memberId = "", string protocols = "range", string topics = "t", string type = "consumer") => new()
        {
            GroupId = GroupScene.GroupId,
            MemberId = memberId,
            SessionTimeoutMs = 10_000,
            RebalanceTimeoutMs = 60_000,
            ProtocolType = type,
            Protocols = Protocols(protocols, topics),
        };

    private static string Outcome(Members group, string request)
    {
        string[] words = request.Split(' ', 2);
        string detail = words.Length > 1 ? words[1] : "";
        return words[0] switch
        {
            "join" => Outcome(group.Join(detail)),
            "sync" => Outcome(group.Sync(detail)),
            "heartbeat" => group.Heartbeat(detail).ToString(),
            "leave" => Outcome(group.Leave(detail)),
            "commit" => group.Commit(detail).ToString(),
            _ => (detail == "offsets" ? group.Group.CheckOffsetDelete() : group.Group.CheckDelete()).ToString(),
        };
    }

    private static string Outcome(CoordinatorResult decision)
    {
        IResponseMessage? response = decision.Answers.SingleOrDefault(answer => answer.Ticket == Ticket).Response;
        return response switch
        {
            JoinGroupResponse join => join.ErrorCode.ToString(),
            SyncGroupResponse sync => sync.ErrorCode.ToString(),
            LeaveGroupResponse leave => leave.ErrorCode.ToString(),
            _ => "waits",
        };
    }

    private sealed record Members(ClassicGroup Group, string Leader, string Follower)
    {
        private static readonly TimeSpan Now = TimeSpan.FromSeconds(7);

        public CoordinatorResult Join(string detail)
        {
            JoinGroupRequest request = detail switch
            {
                "leader" => ClassicGroupTableTests.Join(Leader),
                "follower" => ClassicGroupTableTests.Join(Follower),
                "follower changed" => ClassicGroupTableTests.Join(Follower, topics: "t,u"),
                "stranger" => ClassicGroupTableTests.Join("nobody"),
                "other type" => ClassicGroupTableTests.Join(type: "connect"),
                "other protocol" => ClassicGroupTableTests.Join(protocols: "roundrobin"),
                "no protocol" => ClassicGroupTableTests.Join(protocols: ""),
                _ => ClassicGroupTableTests.Join(),
            };
            if (detail == "new static") request.GroupInstanceId = "i";
            return Group.Join(Ticket, (short)(detail == "new v4" ? 4 : 3), request, GroupScene.Client, Now);
        }

        public CoordinatorResult Sync(string detail)
        {
            SyncGroupRequest request = Requests.Sync(Id(detail), detail == "former generation" ? 0 : 1);
            if (detail == "other protocol") request.ProtocolName = "roundrobin";
            return Group.Sync(Ticket, (short)(detail == "v5 without protocol" ? 5 : 4), request, Now);
        }

        public ErrorCode Heartbeat(string detail) =>
            Group.Heartbeat(Requests.Heartbeat(Id(detail), detail == "former generation" ? 0 : 1), Now).ErrorCode;

        public CoordinatorResult Leave(string detail) =>
            Group.Leave(Ticket, 2, new LeaveGroupRequest { GroupId = GroupScene.GroupId, MemberId = Id(detail) }, Now);

        public ErrorCode Commit(string detail) => Group.CheckCommit(
            detail == "from outside"
                ? Requests.Commit("", -1)
                : Requests.Commit(Follower, detail == "former generation" ? 0 : 1),
            Now);

        private string Id(string detail) => detail switch
        {
            "leader" => Leader,
            "stranger" => "nobody",
            _ => Follower,
        };
    }
}
