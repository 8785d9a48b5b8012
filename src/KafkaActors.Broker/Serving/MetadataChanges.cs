using Akka.Actor;
using KafkaActors.Broker.Controller;
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
    IActorRef controller, IActorRef metadata, TopicReadiness readiness, TimeProvider clock)
{
    /// <summary>An actor that is asked for less time would be waited for without end.</summary>
    private static readonly TimeSpan LeastTimeout = TimeSpan.FromMilliseconds(1);

    /// <returns>
    /// <see cref="ControllerProtocol.Changed"/>, or <see cref="ControllerProtocol.Refused"/>: with
    /// <see cref="ErrorCode.RequestTimedOut"/> nobody knows whether the change is made.
    /// </returns>
    public async Task<ControllerProtocol.Reply> MakeAsync(ControllerProtocol.Change change, TimeSpan timeout)
    {
        long started = clock.GetTimestamp();
        try
        {
            ControllerProtocol.Reply reply = await controller
                .Ask<ControllerProtocol.Reply>(change, AtLeast(timeout)).ConfigureAwait(false);
            if (reply is not ControllerProtocol.Changed changed) return reply;
            TimeSpan left = AtLeast(timeout - clock.GetElapsedTime(started));
            await metadata.Ask<MetadataFollowerProtocol.OffsetReached>(
                new MetadataFollowerProtocol.AwaitOffset(changed.Offset), left).ConfigureAwait(false);
            if (changed is ControllerProtocol.TopicsChanged topics)
            {
                await readiness.WhenServedAsync(topics.Topics.Where(topic => topic.Error == ErrorCode.None)
                    .Select(topic => topic.Topic)).ConfigureAwait(false);
            }

            return changed;
        }
        catch (AskTimeoutException)
        {
            return new ControllerProtocol.Refused(
                change.Id,
                ErrorCode.RequestTimedOut,
                "The controller did not answer in time; the change may still be made.");
        }
    }

    private static TimeSpan AtLeast(TimeSpan timeout) => timeout > LeastTimeout ? timeout : LeastTimeout;
}
