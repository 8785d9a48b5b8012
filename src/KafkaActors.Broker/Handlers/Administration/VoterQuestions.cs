using Akka.Actor;
using KafkaActors.Broker.Serving;
using KafkaActors.Coordination.Controllers;
using KafkaActors.Protocol;

namespace KafkaActors.Broker.Handlers.Administration;

/// <summary>Asks the controller what concerns the voters, and tells what became of it.</summary>
internal static class VoterQuestions
{
    /// <summary>A node may take so long to catch up; the controller's proxy waits a little longer.</summary>
    public static TimeSpan LongestPatience { get; } = TimeSpan.FromSeconds(25);

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(35);

    public static async Task<ControllerProtocol.Reply> AskAsync(
        NodeServices services, ControllerProtocol.Request request)
    {
        try
        {
            return await services.Controller.Ask<ControllerProtocol.Reply>(request, Limit).ConfigureAwait(false);
        }
        catch (AskTimeoutException)
        {
            return new ControllerProtocol.Refused(
                request.Id,
                ErrorCode.RequestTimedOut,
                "The controller did not answer in time; look at the quorum before asking again.");
        }
    }

    public static (ErrorCode Error, string? Message) Outcome(ControllerProtocol.Reply reply) => reply switch
    {
        VoterProtocol.VotersDecided decided => (decided.Error, decided.Message),
        ControllerProtocol.Refused refused => (refused.Error, refused.Message),
        _ => throw new InvalidOperationException($"The controller answered with {reply.GetType().Name}."),
    };
}
