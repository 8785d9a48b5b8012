using KafkaActors.Broker.Controller;
using KafkaActors.Coordination.Decisions;
using KafkaActors.Protocol;

namespace KafkaActors.Broker.Handlers.Administration;

/// <summary>Asks for changes of topics and configuration; a row for each says why nothing was answered.</summary>
internal static class AdminCalls
{
    /// <param name="topics">Those of the change.</param>
    public static async Task<IReadOnlyList<TopicResult>> ChangeTopicsAsync(
        this NodeServices services, ControllerProtocol.Change change, TimeSpan timeout, IEnumerable<string> topics) =>
        await services.Node.Changes.MakeAsync(change, timeout).ConfigureAwait(false) switch
        {
            ControllerProtocol.TopicsChanged changed => changed.Topics,
            ControllerProtocol.Refused refused => [.. topics.Select(topic =>
                new TopicResult(topic, TopicId.None, refused.Error, refused.Message))],
            var other => throw Unexpected(other),
        };

    public static async Task<IReadOnlyList<ResourceResult>> AlterConfigsAsync(
        this NodeServices services, IReadOnlyList<ResourceChangeRequest> changes, bool validateOnly)
    {
        if (changes.Count == 0) return [];
        var alter = new ControllerProtocol.AlterConfigs(0, changes, validateOnly);
        return await services.Node.Changes.MakeAsync(alter, services.Node.Settings.AdminMaxTimeout)
            .ConfigureAwait(false) switch
        {
            ControllerProtocol.ConfigsAltered altered => altered.Resources,
            ControllerProtocol.Refused refused => [.. changes.Select(change =>
                new ResourceResult(change.Resource, refused.Error, refused.Message))],
            var other => throw Unexpected(other),
        };
    }

    /// <summary>A timeout as clients send it, which may be anything.</summary>
    public static TimeSpan Timeout(this NodeServices services, int timeoutMs)
    {
        TimeSpan asked = TimeSpan.FromMilliseconds(Math.Max(0, timeoutMs));
        TimeSpan most = services.Node.Settings.AdminMaxTimeout;
        return asked < most ? asked : most;
    }

    private static InvalidOperationException Unexpected(ControllerProtocol.Reply reply) =>
        new($"The controller answered a change with {reply.GetType().Name}.");
}
