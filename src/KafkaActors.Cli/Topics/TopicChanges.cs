using KafkaActors.Cli.Clients;
using KafkaActors.Cli.Invocation;
using KafkaActors.Client;
using KafkaActors.Client.Administration;
using KafkaActors.Protocol;

namespace KafkaActors.Cli.Topics;

/// <summary>Changes topics and says of each what became of it; a failure ends the tool with its reason.</summary>
internal sealed class TopicChanges(ToolContext context, KafkaActorsClient client)
{
    public async Task CreateAsync(NewTopic topic, bool ifNotExists, CancellationToken stop)
    {
        IReadOnlyList<TopicResult> results =
            await client.Admin.CreateTopicsAsync([topic], cancellationToken: stop).ConfigureAwait(false);
        if (ifNotExists && results.All(result => result.Error == ErrorCode.TopicAlreadyExists)) return;
        Report(results, "was not created", name => $"Created topic {name}.");
    }

    public async Task AlterAsync(
        IReadOnlyList<string> names,
        int partitions,
        IReadOnlyList<IReadOnlyList<NodeId>> assignment,
        CancellationToken stop)
    {
        if (names.Count == 0) return;
        NewPartitions[] changes =
            [.. names.Select(name => new NewPartitions(name, partitions, assignment))];
        Report(
            await client.Admin.CreatePartitionsAsync(changes, cancellationToken: stop).ConfigureAwait(false),
            "was not altered",
            name => $"Altered topic {name}: it has {partitions} partitions.");
    }

    public async Task DeleteAsync(IReadOnlyList<string> names, CancellationToken stop)
    {
        if (names.Count == 0) return;
        Report(
            await client.Admin.DeleteTopicsAsync(names, cancellationToken: stop).ConfigureAwait(false),
            "was not deleted",
            name => $"Deleted topic {name}.");
    }

    private void Report(
        IReadOnlyList<TopicResult> results, string failure, Func<string, string> success)
    {
        foreach (TopicResult result in results.Where(result => result.Error == ErrorCode.None))
            context.Text.WriteLine(success(result.Topic));
        TopicResult? failed = results.FirstOrDefault(result => result.Error != ErrorCode.None);
        if (failed is null) return;
        throw new ToolException(
            $"topic '{failed.Topic}' {failure}: {ErrorName.Describe(failed.Error, failed.Message)}");
    }
}
