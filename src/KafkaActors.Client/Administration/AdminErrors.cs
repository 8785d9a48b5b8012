using KafkaActors.Protocol;

namespace KafkaActors.Client.Administration;

/// <summary>What the rows of an answer mean for the request as a whole. Pure.</summary>
internal static class AdminErrors
{
    /// <summary>
    /// The request is made again only when nothing of it was done and no row stands in the way: every row has the same
    /// error of the controller's absence. A timeout is given to the caller, who alone knows what a repetition means.
    /// </summary>
    public static ErrorCode WithoutController(IEnumerable<ErrorCode> rows)
    {
        ErrorCode[] distinct = [.. rows.Distinct()];
        return distinct is [ErrorCode.NotController or ErrorCode.BrokerNotAvailable] ? distinct[0] : ErrorCode.None;
    }
}
