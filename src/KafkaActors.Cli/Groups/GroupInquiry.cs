using KafkaActors.Cli.Clients;
using KafkaActors.Cli.Invocation;
using KafkaActors.Client;
using KafkaActors.Client.Administration;
using KafkaActors.Client.Administration.Groups;
using KafkaActors.Protocol;

namespace KafkaActors.Cli.Groups;

/// <summary>
/// What begins with a look at the groups: showing them, and moving them. Groups that cannot be looked at are named on
/// standard error, and the others are served.
/// </summary>
internal sealed class GroupInquiry(ToolContext context, KafkaActorsClient client, GroupsReport report)
{
    /// <returns>An <see cref="ExitCode"/>.</returns>
    public async Task<int> DescribeAsync(IReadOnlyList<string> names, GroupView view, CancellationToken stop)
    {
        IReadOnlyList<GroupDescription> all = await LookAsync(names, stop).ConfigureAwait(false);
        GroupDescription[] known = [.. all.Where(group => group.Error == ErrorCode.None)];
        if (view == GroupView.State)
            report.States(known, await AddressesAsync(stop).ConfigureAwait(false));
        else if (view == GroupView.Offsets)
            report.Offsets(await OffsetsAsync(known, stop).ConfigureAwait(false));
        else
            report.Members(known, verbose: view == GroupView.MembersWithPartitions);
        return SayFailed(all.Except(known));
    }

    /// <param name="export">As CSV instead of a table.</param>
    /// <inheritdoc cref="DescribeAsync"/>
    public async Task<int> ResetAsync(
        IReadOnlyList<string> names, ResetScope scope, bool export, CancellationToken stop)
    {
        IReadOnlyList<GroupDescription> all = await LookAsync(names, stop).ConfigureAwait(false);
        // Offsets may be committed for a group that does not exist yet.
        GroupDescription[] known = [.. all.Where(group => group.Error is ErrorCode.None or ErrorCode.GroupIdNotFound)];
        var resets = new OffsetResets(context, client, scope);
        var offsets = new List<NewOffset>();
        foreach (GroupDescription group in known)
            offsets.AddRange(await resets.ResetAsync(group, stop).ConfigureAwait(false));
        if (!export) report.Reset(offsets);
        else foreach (string line in ResetFile.Lines(offsets, names.Count == 1)) context.Text.WriteLine(line);
        return SayFailed(all.Except(known));
    }

    private Task<IReadOnlyList<GroupDescription>> LookAsync(IReadOnlyList<string> names, CancellationToken stop) =>
        client.Admin.Groups.DescribeAsync(names, cancellationToken: stop);

    private async Task<IReadOnlyList<(GroupDescription Group, IReadOnlyList<OffsetRow> Rows)>> OffsetsAsync(
        IReadOnlyList<GroupDescription> groups, CancellationToken stop)
    {
        var lags = new GroupLags(client, context.Time);
        var rows = new List<(GroupDescription Group, IReadOnlyList<OffsetRow> Rows)>();
        foreach (GroupDescription group in groups)
            rows.Add((group, await lags.ReadAsync(group, stop).ConfigureAwait(false)));
        return rows;
    }

    private async Task<IReadOnlyDictionary<NodeId, string>> AddressesAsync(CancellationToken stop)
    {
        ClusterDescription cluster =
            await client.Admin.DescribeAsync([], cancellationToken: stop).ConfigureAwait(false);
        return cluster.Brokers.ToDictionary(
            broker => broker.Node, broker => $"{broker.Host}:{broker.Port}");
    }

    private int SayFailed(IEnumerable<GroupDescription> groups)
    {
        int exitCode = ExitCode.Success;
        foreach (GroupDescription group in groups)
        {
            exitCode = ExitCode.Failure;
            context.Error.WriteLine(group.Error == ErrorCode.GroupIdNotFound
                ? $"Consumer group '{group.GroupId}' does not exist."
                : $"Consumer group '{group.GroupId}': {ErrorName.Describe(group.Error, group.Message)}");
        }

        return exitCode;
    }
}
