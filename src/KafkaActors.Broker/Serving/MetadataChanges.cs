using Akka.Actor;
using KafkaActors.Broker.Controller;
using KafkaActors.Coordination.Controllers;
using KafkaActors.Coordination.Decisions;
using KafkaActors.Protocol;

namespace KafkaActors.Broker.Serving;

/// <summary>
/// Clients' changes of topics and configuration. A change goes to the controller and is answered once this node has
/// applied it too, so that the client's next question finds it: it is first with the controller, then waits for the
/// image, then for new partitions to be served. All of it ends with its time. Any thread may use it.
/// </summary>
/// <param name="controller">This node's <see cref="ControllerProxy"/>, or whoever takes its requests.</param>
/// <param name="metadata">This node's <see cref="MetadataFollower"/>.</param>
internal sealed class MetadataChanges(
    IActorRef controller, IActorRef metadata, TopicReadiness readiness, TimeSpan maxTimeout, TimeProvider clock)
{
    /// <summary>Some clients give no time at all, and want to hear what is wrong with a change all the same.</summary>
    private static readonly TimeSpan LeastTimeout = TimeSpan.FromSeconds(1);

    /// <summary>The time that a client gives a change, which may be anything.</summary>
    public TimeSpan Timeout(int timeoutMs)
    {
        TimeSpan asked = TimeSpan.FromMilliseconds(Math.Max(0, timeoutMs));
        return asked < maxTimeout ? asked : maxTimeout;
    }

    /// <returns>
    /// A row for each topic. <see cref="ErrorCode.RequestTimedOut"/> says that nobody knows whether the change is made.
    /// </returns>
    public async Task<IReadOnlyList<TopicResult>> ChangeTopicsAsync(
        ControllerProtocol.Change change, IEnumerable<string> topics, TimeSpan timeout) =>
        await MakeAsync(change, timeout).ConfigureAwait(false) switch
        {
            ControllerProtocol.TopicsChanged changed => changed.Topics,
            ControllerProtocol.Refused refused => [.. topics.Select(topic =>
                new TopicResult(topic, TopicId.None, refused.Error, refused.Message))],
            var other => throw Unexpected(other),
        };

    /// <inheritdoc cref="ChangeTopicsAsync"/>
    public Task<IReadOnlyList<TopicResult>> CreateTopicsAsync(
        IReadOnlyList<NewTopic> topics, TimeSpan timeout, bool validateOnly = false) =>
        topics.Count == 0
            ? Task.FromResult<IReadOnlyList<TopicResult>>([])
            : ChangeTopicsAsync(
                new ControllerProtocol.CreateTopics(0, topics, validateOnly),
                topics.Select(topic => topic.Name),
                timeout);

    /// <returns>A row for each resource, as for topics.</returns>
    public async Task<IReadOnlyList<ResourceResult>> AlterConfigsAsync(
        IReadOnlyList<ResourceChangeRequest> changes, bool validateOnly)
    {
        if (changes.Count == 0) return [];
        var alter = new ControllerProtocol.AlterConfigs(0, changes, validateOnly);
        return await MakeAsync(alter, maxTimeout).ConfigureAwait(false) switch
        {
            ControllerProtocol.ConfigsAltered altered => altered.Resources,
            ControllerProtocol.Refused refused => [.. changes.Select(change =>
                new ResourceResult(change.Resource, refused.Error, refused.Message))],
            var other => throw Unexpected(other),
        };
    }

    /// <returns>Why it was not done, if it was not, in words too.</returns>
    public async Task<(ErrorCode Error, string? Message)> UnregisterBrokerAsync(NodeId broker) =>
        await MakeAsync(new ControllerProtocol.UnregisterBroker(0, broker), maxTimeout).ConfigureAwait(false) switch
        {
            ControllerProtocol.BrokerDecided decided => (decided.Error, decided.Message),
            ControllerProtocol.Refused refused => (refused.Error, refused.Message),
            var other => throw Unexpected(other),
        };

    private async Task<ControllerProtocol.Reply> MakeAsync(ControllerProtocol.Change change, TimeSpan timeout)
    {
        long started = clock.GetTimestamp();
        try
        {
            ControllerProtocol.Reply reply = await controller
                .Ask<ControllerProtocol.Reply>(change, AtLeast(timeout)).ConfigureAwait(false);
            if (OffsetOf(reply) is not { } offset) return reply;
            TimeSpan left = AtLeast(timeout - clock.GetElapsedTime(started));
            await metadata.Ask<MetadataFollowerProtocol.OffsetReached>(
                new MetadataFollowerProtocol.AwaitOffset(offset), left).ConfigureAwait(false);
            if (reply is ControllerProtocol.TopicsChanged topics)
            {
                await readiness.WhenServedAsync(topics.Topics.Where(topic => topic.Error == ErrorCode.None)
                    .Select(topic => topic.Topic)).ConfigureAwait(false);
            }

            return reply;
        }
        catch (AskTimeoutException)
        {
            return new ControllerProtocol.Refused(
                change.Id,
                ErrorCode.RequestTimedOut,
                "The controller did not answer in time; the change may still be made.");
        }
    }

    /// <summary>At which this node shows what was changed; null where nothing was.</summary>
    private static MetadataOffset? OffsetOf(ControllerProtocol.Reply reply) => reply switch
    {
        ControllerProtocol.Changed changed => changed.Offset,
        ControllerProtocol.BrokerDecided { Error: ErrorCode.None } decided => decided.Offset,
        _ => null,
    };

    private static TimeSpan AtLeast(TimeSpan timeout) => timeout > LeastTimeout ? timeout : LeastTimeout;

    private static InvalidOperationException Unexpected(ControllerProtocol.Reply reply) =>
        new($"The controller answered a change with {reply.GetType().Name}.");
}
