using KafkaActors.Protocol;

namespace KafkaActors.Client.Tests.FakeNodes;

/// <param name="Error">The answer; None with <paramref name="Drop"/> when there is none.</param>
/// <param name="Append">The batch is stored all the same.</param>
/// <param name="Drop">No answer is sent.</param>
internal sealed record AppendFault(ErrorCode Error, bool Append = false, bool Drop = false);
