using KafkaActors.Broker.Serving;
using KafkaActors.Coordination.Quorum;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;
using KafkaActors.Protocol.Wire;
using static KafkaActors.Coordination.Controllers.VoterProtocol;

namespace KafkaActors.Broker.Handlers.Administration;

/// <summary>
/// AddRaftVoter: a node that follows the metadata log becomes a voter, once it has caught up (KIP-853).
/// </summary>
internal sealed class AddRaftVoterHandler(NodeServices services)
    : AsyncApiHandler<AddRaftVoterRequest>(ApiKey.AddRaftVoter)
{
    protected override async Task<IResponseMessage> HandleAsync(AddRaftVoterRequest request, RequestContext context)
    {
        var patience = TimeSpan.FromMilliseconds(Math.Max(request.TimeoutMs, 0));
        if (patience > VoterQuestions.LongestPatience) patience = VoterQuestions.LongestPatience;
        var add = new AddVoters(
            0,
            request.ClusterId ?? "",
            [
                New(request.VoterId, request.VoterDirectoryId),
                .. request.MoreVoters.Select(more => New(more.MoreVoterId, more.MoreVoterDirectoryId)),
            ],
            patience);
        (ErrorCode error, string? message) =
            VoterQuestions.Outcome(await VoterQuestions.AskAsync(services, add).ConfigureAwait(false));
        return new AddRaftVoterResponse { ErrorCode = error, ErrorMessage = message };
    }

    private static NewVoter New(NodeId node, Guid directory) =>
        new(node, directory == Guid.Empty ? null : new DirectoryId(directory));
}
