using KafkaActors.Cli.Clients;
using KafkaActors.Cli.Invocation;
using KafkaActors.Client;
using KafkaActors.Client.Administration.Groups;
using KafkaActors.Protocol;

namespace KafkaActors.Cli.Groups;

/// <summary>Deletes groups, or some of their offsets, and says of each what became of it.</summary>
internal sealed class GroupDeletions(ToolContext context, KafkaActorsClient client, GroupsReport report)
{
    /// <returns>An <see cref="ExitCode"/>.</returns>
    public async Task<int> DeleteAsync(IReadOnlyList<string> groups, CancellationToken stop)
    {
        IReadOnlyList<DeletedGroup> results =
            await client.Admin.Groups.DeleteAsync(groups, cancellationToken: stop).ConfigureAwait(false);
        report.Deleted(results);
        foreach (DeletedGroup failed in results.Where(result => result.Error != ErrorCode.None))
            context.Error.WriteLine($"group '{failed.GroupId}' was not deleted: {ErrorName.Of(failed.Error)}");
        return results.All(result => result.Error == ErrorCode.None) ? ExitCode.Success : ExitCode.Failure;
    }

    /// <inheritdoc cref="DeleteAsync"/>
    public async Task<int> DeleteOffsetsAsync(string group, IReadOnlyList<TopicSpec> specs, CancellationToken stop)
    {
        IReadOnlyList<TopicPartition> partitions =
            await TopicSpecs.PartitionsAsync(client, specs, stop).ConfigureAwait(false);
        IReadOnlyList<GroupOffsetResult> results = await client.Admin.Groups
            .DeleteOffsetsAsync(group, partitions, cancellationToken: stop).ConfigureAwait(false);
        report.OffsetsDeleted(results);
        return results.All(result => result.Error == ErrorCode.None) ? ExitCode.Success : ExitCode.Failure;
    }
}
