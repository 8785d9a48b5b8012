using System.Globalization;
using KafkaActors.Cli.Clients;
using KafkaActors.Cli.Invocation;
using KafkaActors.Client.Administration.Groups;
using KafkaActors.Protocol;

namespace KafkaActors.Cli.Groups;

/// <summary>Shows groups: tables on a terminal that is wide enough, Kafka's columns else, JSON on request.</summary>
internal sealed class GroupsReport(ToolContext context, bool json)
{
    private bool _isFollowing;

    public void List(IReadOnlyList<GroupListing> groups, bool withType, bool withState)
    {
        if (json)
        {
            WriteJson(groups);
            return;
        }

        if (!withType && !withState)
        {
            foreach (GroupListing group in groups) context.Text.WriteLine(group.GroupId);
            return;
        }

        Write(
            Columns("GROUP", "TYPE", "STATE"),
            [.. groups.Select(group => Columns(group.GroupId, group.Type.ToString(), group.State.ToString()))]);

        IReadOnlyList<string> Columns(string group, string type, string state) =>
            [group, .. withType ? [type] : Array.Empty<string>(), .. withState ? [state] : Array.Empty<string>()];
    }

    public void Offsets(IReadOnlyList<(GroupDescription Group, IReadOnlyList<OffsetRow> Rows)> groups)
    {
        if (json) WriteJson(groups.SelectMany(entry => entry.Rows));
        foreach ((GroupDescription group, IReadOnlyList<OffsetRow> rows) in groups)
        {
            Remark(group);
            if (!json && rows.Count > 0) Write(OffsetRow.Header, [.. rows.Select(row => row.Cells())]);
        }
    }

    public void Members(IReadOnlyList<GroupDescription> groups, bool verbose)
    {
        if (json) WriteJson(groups.SelectMany(group => group.Members.Select(member => MemberJson(group, member))));
        foreach (GroupDescription group in groups)
        {
            Remark(group);
            if (!json && group.Members.Count > 0) WriteMembers(group, verbose);
        }
    }

    /// <param name="addresses">Of the nodes, as <c>host:port</c>.</param>
    public void States(IReadOnlyList<GroupDescription> groups, IReadOnlyDictionary<NodeId, string> addresses)
    {
        if (json) WriteJson(groups.Select(StateJson));
        foreach (GroupDescription group in groups)
        {
            Remark(group);
            if (json) continue;
            string[] cells =
            [
                group.GroupId,
                $"{addresses.GetValueOrDefault(group.Coordinator, "-")} ({group.Coordinator.Value})",
                group.Assignor.Length == 0 ? "-" : group.Assignor,
                group.State.ToString(),
                group.Members.Count.ToString(CultureInfo.InvariantCulture),
            ];
            Write(["GROUP", "COORDINATOR (ID)", "ASSIGNMENT-STRATEGY", "STATE", "#MEMBERS"], [cells]);
        }
    }

    public void Reset(IReadOnlyList<NewOffset> offsets)
    {
        if (json) WriteJson(offsets);
        else Write(
            ["GROUP", "TOPIC", "PARTITION", "NEW-OFFSET"],
            [.. offsets.Select(row => (string[])
            [
                row.Group, row.Topic, Number(row.Partition), row.Offset.ToString(CultureInfo.InvariantCulture),
            ])]);
    }

    public void Deleted(IReadOnlyList<DeletedGroup> groups)
    {
        if (json) WriteJson(groups.Select(group => new { group.GroupId, Error = ErrorName.Of(group.Error) }));
        else foreach (DeletedGroup group in groups.Where(group => group.Error == ErrorCode.None))
            context.Text.WriteLine($"Deleted group {group.GroupId}.");
    }

    public void OffsetsDeleted(IReadOnlyList<GroupOffsetResult> results)
    {
        if (json)
        {
            WriteJson(results.Select(result => new
            {
                result.Partition.Topic, result.Partition.Partition, Error = ErrorName.Of(result.Error),
            }));
            return;
        }

        Write(
            ["TOPIC", "PARTITION", "STATUS"],
            [.. results.Select(result => (string[])
            [
                result.Partition.Topic,
                Number(result.Partition.Partition),
                result.Error == ErrorCode.None ? "Successful" : $"Error: {ErrorName.Of(result.Error)}",
            ])]);
    }

    /// <summary>What a person should know besides the data.</summary>
    private void Remark(GroupDescription group)
    {
        string? remark = group.State switch
        {
            GroupState.Empty => $"Consumer group '{group.GroupId}' has no active members.",
            GroupState.PreparingRebalance or GroupState.CompletingRebalance or GroupState.Assigning
                or GroupState.Reconciling => $"Warning: consumer group '{group.GroupId}' is rebalancing.",
            _ => null,
        };
        if (remark is not null) context.Error.WriteLine(remark);
    }

    private void WriteMembers(GroupDescription group, bool verbose)
    {
        bool withInstance = group.Members.Any(member => member.InstanceId is not null);
        Write(
            Columns("CONSUMER-ID", "GROUP-INSTANCE-ID", "HOST", "CLIENT-ID", "#PARTITIONS", "ASSIGNMENT", "GROUP"),
            [.. group.Members.Select(member => Columns(
                member.MemberId,
                member.InstanceId ?? "-",
                member.Host,
                member.ClientId,
                Number(member.Assignment.Count),
                Assignment(member),
                group.GroupId))]);

        IReadOnlyList<string> Columns(
            string id, string instance, string host, string client, string count, string assignment, string name) =>
        [
            name, id, .. withInstance ? [instance] : Array.Empty<string>(), host, client, count,
            .. verbose ? [assignment] : Array.Empty<string>(),
        ];
    }

    /// <summary>As in <c>logs(0,1), orders(3)</c>.</summary>
    private static string Assignment(MemberDescription member) => member.Assignment.Count == 0 ? "-" : string.Join(
        ", ",
        member.Assignment.GroupBy(name => name.Topic, name => name.Partition)
            .OrderBy(topic => topic.Key, StringComparer.Ordinal)
            .Select(topic => $"{topic.Key}({string.Join(',', topic.Order())})"));

    private static object MemberJson(GroupDescription group, MemberDescription member) => new
    {
        Group = group.GroupId,
        ConsumerId = member.MemberId,
        GroupInstanceId = member.InstanceId,
        member.Host,
        member.ClientId,
        Assignment = member.Assignment.Select(name => new { name.Topic, name.Partition }),
    };

    private static object StateJson(GroupDescription group) => new
    {
        Group = group.GroupId,
        Coordinator = group.Coordinator.Value,
        AssignmentStrategy = group.Assignor,
        group.Type,
        group.State,
        Members = group.Members.Count,
    };

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

    private void WriteJson<T>(T value) => context.Text.WriteLine(JsonText.Of(value));

    private void Write(IReadOnlyList<string> header, IReadOnlyList<IReadOnlyList<string>> rows)
    {
        if (context.Streams.OutputIsTerminal && TryWriteTable(header, rows)) return;
        if (_isFollowing) context.Text.WriteLine();
        _isFollowing = true;
        foreach (string line in ColumnLines.Of(header, rows)) context.Text.WriteLine(line);
    }

    /// <summary>
    /// Ids of members are long: lines that the terminal breaks read better than a table of fragments.
    /// </summary>
    private bool TryWriteTable(IReadOnlyList<string> header, IReadOnlyList<IReadOnlyList<string>> rows)
    {
        var table = new TextTable(header);
        foreach (IReadOnlyList<string> row in rows) table.Add(row);
        if (!table.Fits(context.Text)) return false;
        table.Write(context.Text);
        return true;
    }
}
