using System.Globalization;
using KafkaActors.Cli.Groups;
using KafkaActors.Cli.Invocation;
using KafkaActors.Client.Administration.Quorum;

namespace KafkaActors.Cli.MetadataQuorum;

/// <summary>Shows a quorum in the words, and with the columns, of Kafka's tool.</summary>
internal sealed class QuorumReport(ToolContext context, QuorumDescription quorum)
{
    private QuorumMemberDescription? Leader => quorum.Voters.FirstOrDefault(voter => voter.Node == quorum.Leader);

    private long LeaderEnd => Leader?.LogEndOffset ?? quorum.HighWatermark;

    public void Status(string clusterId)
    {
        QuorumMemberDescription? last = quorum.Voters.MinBy(voter => voter.LogEndOffset);
        string lagTime = last == Leader ? "0"
            : Leader?.LastCaughtUp is { } now && last?.LastCaughtUp is { } then
                ? Number((long)(now - then).TotalMilliseconds)
            : "-1";
        (string Name, string Value)[] lines =
        [
            ("ClusterId", clusterId),
            ("LeaderId", quorum.Leader.ToString()),
            ("LeaderEpoch", Number(quorum.LeaderEpoch)),
            ("HighWatermark", Number(quorum.HighWatermark)),
            ("MaxFollowerLag", Number(LeaderEnd - (last?.LogEndOffset ?? 0))),
            ("MaxFollowerLagTimeMs", lagTime),
            ("CurrentVoters", Nodes(quorum.Voters)),
            ("CurrentObservers", Nodes(quorum.Observers)),
        ];
        foreach ((string name, string value) in lines) context.Text.WriteLine($"{name + ":",-24}{value}");
    }

    public void Replication(bool isHumanReadable)
    {
        IEnumerable<string[]> rows = quorum.Voters.Where(voter => voter == Leader).Select(one => Row(one, "Leader"))
            .Concat(quorum.Voters.Where(voter => voter != Leader).Select(one => Row(one, "Follower")))
            .Concat(quorum.Observers.Select(one => Row(one, "Observer")));
        string[] header =
            ["NodeId", "DirectoryId", "LogEndOffset", "Lag", "LastFetchTimestamp", "LastCaughtUpTimestamp", "Status"];
        foreach (string line in ColumnLines.Of(header, [.. rows])) context.Text.WriteLine(line);

        string[] Row(QuorumMemberDescription member, string status) =>
        [
            member.Node.ToString(),
            member.Directory.ToString(),
            Number(member.LogEndOffset),
            Number(LeaderEnd - member.LogEndOffset),
            Time(member.LastFetch, isHumanReadable),
            Time(member.LastCaughtUp, isHumanReadable),
            status,
        ];
    }

    public void Json() => context.Text.WriteLine(JsonText.Of(new
    {
        LeaderId = quorum.Leader.Value,
        quorum.LeaderEpoch,
        quorum.HighWatermark,
        Voters = quorum.Voters.Select(Member),
        Observers = quorum.Observers.Select(Member),
    }));

    private object Member(QuorumMemberDescription member) => new
    {
        NodeId = member.Node.Value,
        DirectoryId = member.Directory.ToString(),
        member.LogEndOffset,
        Lag = LeaderEnd - member.LogEndOffset,
        LastFetchTimestamp = member.LastFetch?.ToUnixTimeMilliseconds(),
        LastCaughtUpTimestamp = member.LastCaughtUp?.ToUnixTimeMilliseconds(),
        member.Endpoints,
    };

    private string Time(DateTimeOffset? time, bool isHumanReadable)
    {
        if (time is not { } then) return "-1";
        if (!isHumanReadable) return Number(then.ToUnixTimeMilliseconds());
        double ago = Math.Max((context.Time.GetUtcNow() - then).TotalMilliseconds, 0);
        return $"{Number((long)ago)} ms ago";
    }

    private static string Nodes(IReadOnlyList<QuorumMemberDescription> members) =>
        $"[{string.Join(", ", members.Select(Node))}]";

    private static string Node(QuorumMemberDescription member)
    {
        string endpoints = member.Endpoints.Count == 0
            ? ""
            : $", \"endpoints\": [{string.Join(", ", member.Endpoints.Select(one => $"\"{one}\""))}]";
        return $$"""{"id": {{member.Node}}, "directoryId": "{{member.Directory}}"{{endpoints}}}""";
    }

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
