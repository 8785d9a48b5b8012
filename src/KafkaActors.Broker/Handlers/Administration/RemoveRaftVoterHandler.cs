using KafkaActors.Broker.Serving;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;
using KafkaActors.Protocol.Wire;
using static KafkaActors.Coordination.Controllers.VoterProtocol;

namespace KafkaActors.Broker.Handlers.Administration;

/// <summary>RemoveRaftVoter: a voter is one no longer, and follows on where it lives (KIP-853).</summary>
internal sealed class RemoveRaftVoterHandler(NodeServices services)
    : AsyncApiHandler<RemoveRaftVoterRequest>(ApiKey.RemoveRaftVoter)
{
    protected override async Task<IResponseMessage> HandleAsync(RemoveRaftVoterRequest request, RequestContext context)
    {
        var voter = new Voter(request.VoterId, new DirectoryId(request.VoterDirectoryId));
        (ErrorCode error, string? message) = VoterQuestions.Outcome(await VoterQuestions
            .AskAsync(services, new RemoveVoter(0, request.ClusterId ?? "", voter)).ConfigureAwait(false));
        return new RemoveRaftVoterResponse { ErrorCode = error, ErrorMessage = message };
    }
}
